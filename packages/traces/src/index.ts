export type { Digest } from './encodings.ts';
export * from './trace-search.ts';
