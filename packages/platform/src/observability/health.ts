export type HealthCheck = {
  readonly name: string;
  /** An optional part is reported and does not make the service unready. */
  readonly required: boolean;
  /** Resolves when the part works; rejects with a sentence otherwise. */
  check(): Promise<void>;
};

export type HealthReport = {
  readonly status: 'ready' | 'not-ready';
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
};

const within = async (work: Promise<void>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const timeoutMs = 2000;

/** What readiness looks at. Parts add their own check; each answers within two seconds or is down. */
export class Health {
  readonly #checks: HealthCheck[] = [];

  add(check: HealthCheck): void {
    this.#checks.push(check);
  }

  async report(): Promise<HealthReport> {
    const results = await Promise.all(
      this.#checks.map(async (one) => {
        const { name, required } = one;
        const up = await within(one.check(), timeoutMs).then(
          () => true,
          () => false,
        );
        return { name, required, up };
      }),
    );
    return {
      status: results.some(({ required, up }) => required && !up) ? 'not-ready' : 'ready',
      checks: Object.fromEntries(results.map(({ name, up }) => [name, up ? 'up' : 'down'])),
    };
  }
}
