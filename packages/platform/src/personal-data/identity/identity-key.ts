import { createHmac, type KeyObject } from 'node:crypto';
import { defaultRecord, type Identities, type IdentityKind } from '@tact/contracts';
import { recordOf, type Spellings } from './canonical-identity.ts';
import { tellingOrder } from './identity-strength.ts';

/** One fingerprint in the index; `id` is the same bytes as text, for maps. */
export type IndexKey = {
  readonly kind: IdentityKind;
  readonly bidx: Buffer;
  readonly id: string;
  /** What a person has one of at a time: a kind, or a kind of record of one connection. */
  readonly slot: string;
};

const slashes = /^([^/]*\/[^/]*)\//;

/** Of an identity in the index: a record's is its connection and object, in clear because they name no person. */
export const slotOf = (kind: IdentityKind, record: string | null): string => {
  if (kind === 'crmId') return recordOf(defaultRecord);
  return kind === 'link' && record !== null ? record : kind;
};

/** Strongest first. A bare id keeps the text it has always been hashed with, so that everybody is found again. */
export const keysOf = (key: KeyObject, tenantId: string, identities: Spellings): IndexKey[] =>
  tellingOrder.flatMap((kind) =>
    (identities[kind] ?? []).map((spelling) => {
      const hmac = createHmac('sha256', key).update(`${tenantId}|${kind}|${spelling}`);
      const id = hmac.digest('base64');
      const record = slashes.exec(spelling)?.[1] ?? null;
      return { kind, bidx: Buffer.from(id, 'base64'), id, slot: slotOf(kind, record) };
    }),
  );

/** The connection whose record tells of a person; none tells where only a number or an address is given. */
export const tellerOf = ({ link, crmId }: Identities): string | undefined =>
  link?.connection ?? (crmId === undefined ? undefined : defaultRecord.connection);
