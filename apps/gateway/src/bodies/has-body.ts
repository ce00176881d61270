import type { IncomingMessage } from 'node:http';

/** True when the message has a body, of whatever length. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
