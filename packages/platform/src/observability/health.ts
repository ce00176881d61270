export type HealthCheck = {
  readonly name: string;
  /** An optional part is reported and does not make the service unready. */
  readonly required: boolean;
  /** Resolves when the part works; rejects with a sentence otherwise. */
  check(): Promise<void>;
};

/** Why a part does not work, in a word that tells a caller nothing of what we hold. */
export const unwellReasons = [
  'disk-full',
  'read-only',
  'no-connection',
  'too-slow',
  'clock-skew',
  'behind-retention',
  'no-answer',
  'failed',
] as const;
export type UnwellReason = (typeof unwellReasons)[number];

/** Thrown by a check that knows why. */
export class Unwell extends Error {
  override readonly name = 'Unwell';

  constructor(readonly reason: UnwellReason) {
    super(reason);
  }
}

/** `status` and `checks`, and what the parts tell of themselves under their own names. */
export type HealthReport = {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
  /** Of the checks that are down. */
  readonly reasons?: Readonly<Record<string, UnwellReason>>;
  readonly [detail: string]: unknown;
};

const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Unwell('no-answer')), ms);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const TIMEOUT_MS = 2000;

/** What readiness looks at. Parts add their own check; each answers within two seconds or is down. */
export class Health {
  readonly #checks: HealthCheck[] = [];
  readonly #details = new Map<string, () => Promise<unknown>>();

  add(check: HealthCheck): void {
    this.#checks.push(check);
  }

  /** Numbers for operators beside the checks; left out when they cannot be read in time. */
  tell(name: string, read: () => Promise<unknown>): void {
    this.#details.set(name, read);
  }

  async report(): Promise<HealthReport> {
    const [checked, ...details] = await Promise.all([
      this.#check(),
      ...[...this.#details].map(async ([name, read]) => {
        const detail = await within(read(), TIMEOUT_MS).catch(() => undefined);
        return detail === undefined ? {} : { [name]: detail };
      }),
    ]);
    return { ...Object.assign({}, ...details), ...checked };
  }

  async #check(): Promise<Pick<HealthReport, 'status' | 'checks' | 'reasons'>> {
    const results = await Promise.all(
      this.#checks.map(async (one) => {
        const { name, required } = one;
        const why = await within(one.check(), TIMEOUT_MS).then(
          () => undefined,
          (error: unknown) => (error instanceof Unwell ? error.reason : ('failed' as const)),
        );
        return { name, required, why };
      }),
    );
    const down = results.filter(({ why }) => why !== undefined);
    return {
      status: down.some(({ required }) => required) ? 'not-ready' : 'ready',
      checks: Object.fromEntries(results.map(({ name, why }) => [name, why ? 'down' : 'up'])),
      ...(down.length === 0
        ? {}
        : { reasons: Object.fromEntries(down.map(({ name, why }) => [name, why ?? 'failed'])) }),
    };
  }
}
