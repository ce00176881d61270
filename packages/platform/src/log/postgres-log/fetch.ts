import type { Database } from '../../postgres/database.ts';
import { cleanError } from '../../postgres/errors.ts';
import type { ReceivedRecord } from '../port.ts';
import {
  fromStoredRecord,
  headOfRecord,
  namesOfTypes,
  type StoredRecord,
  typeOfRecord,
} from './stored-record.ts';

export type Place = {
  readonly topic: number;
  readonly topicName: string;
  readonly part: number;
  readonly next: number;
};

/** How much is read at once, so that a backlog fills neither memory nor a transaction. */
export type Reach = {
  /** Places with something new, and of each so many records and bytes: one record in any case. */
  readonly placesMax: number;
  readonly recordsMax: number;
  readonly bytesMax: number;
};

// The head tells for one row read whether a partition holds anything new; most wake-ups concern others.
const fetchText = ({ recordsMax, bytesMax }: Reach): string => `
SELECT c.nth, r."offset", r.at, r.key, r.headers, r.value
FROM (
  SELECT asked.* FROM unnest($1::integer[], $2::integer[], $3::bigint[]) WITH ORDINALITY
    AS asked (topic, part, next, nth)
  JOIN head h ON h.topic = asked.topic AND h.part = asked.part AND h.next_offset > asked.next
  ORDER BY asked.nth LIMIT $4
) AS c
LEFT JOIN LATERAL (
  SELECT p.*, sum(octet_length(p.value)) OVER (ORDER BY p."offset") - octet_length(p.value) AS bytes_before
  FROM (
    SELECT "offset", (extract(epoch FROM at) * 1000)::float8 AS at, key, headers,
      CASE WHEN ${typeOfRecord} = ANY($5::text[]) THEN ${headOfRecord} ELSE value END AS value
    FROM record
    WHERE topic = c.topic AND part = c.part AND "offset" >= c.next ORDER BY "offset" LIMIT ${recordsMax}
  ) p
) r ON true
WHERE r."offset" IS NULL OR r.bytes_before < ${bytesMax}
ORDER BY c.nth, r."offset"`;

type Row = [
  nth: number,
  /** Null, like all that follows, where no record is left. */
  offset: number | null,
  at: number,
  key: string,
  headers: StoredRecord['headers'],
  value: Buffer,
];

/**
 * What follows the first places with something new, as far as `reach` says, in one round trip. Values of `unread` types
 * stay in the database: whoever skips a decision by its type need not be sent its rules. A place with no record left of what was
 * written there since is found with none.
 */
export const fetchAfter = async <P extends Place>(
  database: Database,
  places: readonly P[],
  { reach, unread }: { readonly reach: Reach; readonly unread: readonly string[] },
): Promise<Map<P, ReceivedRecord[]>> => {
  const { rows } = await database.pool
    .query<Row>({
      name: `log_fetch_${reach.recordsMax}`,
      text: fetchText(reach),
      rowMode: 'array',
      values: [
        places.map(({ topic }) => topic),
        places.map(({ part }) => part),
        places.map(({ next }) => next),
        reach.placesMax,
        namesOfTypes(unread),
      ],
    })
    .catch((error: unknown) => {
      throw cleanError(error);
    });
  const found = new Map<P, ReceivedRecord[]>();
  for (const [nth, offset, at, key, headers, value] of rows) {
    const place = places[nth - 1];
    if (place === undefined) continue;
    const records = found.get(place) ?? [];
    found.set(place, records);
    if (offset === null) continue;
    records.push({
      topic: place.topicName,
      partition: place.part,
      offset: String(offset),
      timestamp: Math.floor(at),
      key,
      ...fromStoredRecord(
        { headers, value },
        { topic: place.topicName, partition: place.part, key },
      ),
    });
  }
  return found;
};
