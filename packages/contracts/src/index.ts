export type { EventEnvelope } from './envelope.ts';
