/** An id of ours in hex: `ak_0f…`, `st_…`. */
const prefixed = /^([a-z]{2})_((?:[0-9a-f]{2})+)$/;
const compact = /^([a-z]{2}):([A-Za-z0-9_-]+)$/;
/** So many bytes are read as a uuid. */
const UUID_BYTES = 16;

/** The id of an actor in two thirds of its letters; undefined for one that would be read as another. */
export const compactActor = (actorId: string): string | undefined => {
  const [, prefix, hex] = prefixed.exec(actorId) ?? [];
  if (prefix !== undefined && hex !== undefined) {
    return `${prefix}:${Buffer.from(hex, 'hex').toString('base64url')}`;
  }
  return compact.test(actorId) ? undefined : actorId;
};

export const wholeActor = (stored: string): string => {
  const [, prefix, text] = compact.exec(stored) ?? [];
  if (prefix === undefined || text === undefined) return stored;
  return `${prefix}_${Buffer.from(text, 'base64url').toString('hex')}`;
};

/** The same in bytes, which `idText` reads; a key's id is shorter than the ids that `idBytes` knows. */
export const actorBytes = (actorId: string): Buffer | string => {
  const [, prefix, hex] = prefixed.exec(actorId) ?? [];
  if (prefix === undefined || hex === undefined) return actorId;
  const bytes = Buffer.concat([Buffer.from(prefix), Buffer.from(hex, 'hex')]);
  return bytes.length === UUID_BYTES ? actorId : bytes;
};
