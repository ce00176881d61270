export * from './api-error.ts';
export * from './tact-client.ts';
export * from './whatsapp-signature.ts';
