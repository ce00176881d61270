/** A fingerprint as the vault writes it; another is kept as its letters, of which there are more. */
const written = /^mr_([0-9a-f]{40})$/;
const FINGERPRINT_BYTES = 20;

/** A message's reference in the bytes that its letters say: it stands in every row about it, and in an index. */
export const refBytes = (ref: string): Buffer => {
  const [, hex] = written.exec(ref) ?? [];
  return hex === undefined ? Buffer.from(ref) : Buffer.from(hex, 'hex');
};

/** The same as JSON hands bytes to PostgreSQL. */
export const refInJson = (ref: string): string => `\\x${refBytes(ref).toString('hex')}`;

export const refOf = (bytes: Buffer): string =>
  bytes.length === FINGERPRINT_BYTES ? `mr_${bytes.toString('hex')}` : bytes.toString();

/** Rows of earlier versions hold the letters. */
export const refsInBytesSchema = ['messages', 'cohort_messages', 'orphan_failures']
  .map(
    (table) => `ALTER TABLE ${table} ALTER COLUMN message_ref TYPE bytea USING
      CASE WHEN message_ref ~ '^mr_[0-9a-f]{40}$' THEN decode(substr(message_ref, 4), 'hex')
        ELSE convert_to(message_ref, 'UTF8') END;`,
  )
  .join('\n');
