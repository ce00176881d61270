export { withLock } from './lock-file.ts';
export { freePort } from './ports.ts';
export { startEmbeddedPostgres } from './postgres/server.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres/server.ts';
export { ServerRefused } from './refusal.ts';
export type { RefusalReason } from './refusal.ts';
