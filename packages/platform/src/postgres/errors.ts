/** A failed statement, told without its values: the driver's own error carries bound parameters and `detail`, which hold personal data. */
export class DatabaseError extends Error {
  /** Five characters of PostgreSQL's Appendix A, or the operating system's code (`ECONNREFUSED`). */
  readonly code: string;
  readonly constraint: string | undefined;

  constructor(sentence: string, code: string, constraint?: string) {
    super(sentence);
    this.name = 'DatabaseError';
    this.code = code;
    this.constraint = constraint;
  }

  get isUniqueViolation(): boolean {
    return this.code === '23505';
  }

  /** The statement did not happen, or may be tried again: deadlock, serialization, lock timeout. */
  get isRetryable(): boolean {
    return ['40001', '40P01', '55P03'].includes(this.code);
  }

  /** For statements that are idempotent by event id: a second try finds what the first one did. */
  get mayRunAgain(): boolean {
    return this.isRetryable || this.isConnectionLoss || this.constraint === 'events_event_id';
  }

  /** The server went away or was not reached: whether a running commit happened is unknown. */
  get isConnectionLoss(): boolean {
    return connectionLost(this.code);
  }
}

const connectionLost = (code: string): boolean => {
  return code.startsWith('08') || code.startsWith('57P') || code.startsWith('E');
};

/** Only texts that name our own schema or are our own words may pass; others can quote a value. */
const quotable = /^(42[0-9A-Z]{3}|TC\d{3}|55P03|40P01|57P0\d|53\d{3}|28\d{3}|3D000)$/;

const sentences: Readonly<Record<string, string>> = {
  '22P02': 'a value does not have the form its column asks for',
  '22003': 'a number is out of its range',
  '22P05': 'a text holds a character the database cannot store',
  '23502': 'a value is missing',
  '23503': 'a row that is referred to does not exist',
  '23505': 'a row with the same key exists',
  '23514': 'a value breaks a check',
  '40001': 'the transaction met another one and may be tried again',
  '57014': 'the statement was cancelled, by its timeout most likely',
  '25P03': 'the transaction was idle for too long and was ended',
};

type DriverError = { code?: string; message?: string; constraint?: string; table?: string };

/** Converts whatever the driver or TypeORM threw; errors that did not come from the database pass through. */
export const cleanError = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof DatabaseError) return error;
  const driver = ((error as { driverError?: unknown }).driverError ?? error) as DriverError;
  const code = driver.code ?? (isEndOfConnection(driver.message) ? 'ECONNRESET' : undefined);
  if (code === undefined) return error;
  const where = driver.constraint ?? driver.table;
  return new DatabaseError(
    `PostgreSQL ${code}: ${reasonOf(code, driver)}${where === undefined ? '' : ` (${where})`}`,
    code,
    driver.constraint,
  );
};

const reasonOf = (code: string, { message = 'no reason given' }: DriverError): string => {
  const mayQuote = quotable.test(code) || connectionLost(code);
  return sentences[code] ?? (mayQuote ? message : 'the statement failed');
};

const isEndOfConnection = (message = ''): boolean => {
  return /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|Query read timeout)/.test(
    message,
  );
};

/** One sentence for an operator who typed a wrong DATABASE_URL; the password is never in it. */
export const connectionSentence = (url: string, error: unknown): DatabaseError => {
  const target = withoutPassword(url);
  const { code = 'unknown', message = '' } = (error ?? {}) as DriverError;
  const because: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there: is PostgreSQL running?',
    ENOTFOUND: 'the host name is not known',
    ETIMEDOUT: 'the host did not answer',
    '28P01': 'the password is wrong for this user',
    '28000': 'the server does not let this user in',
    '3D000': 'this database does not exist',
    '53300': 'the server has no connection left',
  };
  const reason = because[code] ?? (isEndOfConnection(message) ? 'it did not answer' : code);
  return new DatabaseError(`DATABASE_URL ${target} cannot be used: ${reason}`, code);
};

const withoutPassword = (url: string): string => {
  if (!URL.canParse(url)) return '(not a URL: postgres://user:password@host:5432/database)';
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
};
