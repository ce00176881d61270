import { createHash } from 'node:crypto';
import type { WrittenEvent } from '../event-store/events.ts';

/**
 * SHA-256, in hex, of an event as it is stored and told: a JSON list of its attributes, a line feed, and its data with
 * the personal fields sealed. Whoever has the event can reckon it again.
 */
export const storedEventDigest = (event: WrittenEvent): string => {
  const { id, source, type, subject, time, dataschema, tenantid } = event;
  const { correlationid, causationid, actorid = null } = event;
  const attributes = [id, source, type, subject, time, dataschema, tenantid];
  const head = JSON.stringify([...attributes, correlationid, causationid, actorid]);
  return createHash('sha256').update(`${head}\n${event.json}`).digest('hex');
};
