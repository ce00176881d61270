export type { Queryable } from './postgres/queryable.ts';
export * from './log/port.ts';
export * from './event-store/events.ts';
