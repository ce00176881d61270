import { fromCbor, toCbor } from './cbor.ts';
import { compactData, type StoredData, wholeData } from './compact-data.ts';

/** How a JSON object begins; no list of CBOR does. */
const objectStart = '{'.charCodeAt(0);

/** Data of an event as a column of bytes holds it: CBOR by the list of its type, else the text of its JSON. */
export const toStoredBytes = (type: string, subject: string, data: object): Buffer => {
  const compact = compactData(type, subject, data);
  const bytes = compact === data ? undefined : toCbor(compact);
  return bytes ?? Buffer.from(JSON.stringify(data));
};

export const fromStoredBytes = (stored: Buffer, subject: string): object => {
  if (stored[0] === objectStart) return JSON.parse(stored.toString()) as object;
  const [compact] = fromCbor(stored);
  return wholeData(compact as StoredData, subject);
};
