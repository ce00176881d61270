import type { Alert } from '@tact/contracts';

type Source = (tenantId: string) => Promise<readonly Alert[]>;
type ServiceSource = () => Promise<readonly Alert[]>;

/** An open alert and whose it is; no tenant: it is the service's own. */
export type RaisedAlert = { readonly tenantId?: string; readonly alert: Alert };

/** What was found, and whether every part could be read: what one that could not would say is not known. */
type Found<T> = { readonly items: readonly T[]; readonly isWhole: boolean };

/** A round that nobody waits for asks in turn: asked all at once, the parts would open a connection each. */
type Pace = 'at-once' | 'in-turn';
type Ask<T> = () => Promise<readonly T[]>;

const answersOf = async <T>(
  asked: readonly Ask<T>[],
  pace: Pace,
): Promise<PromiseSettledResult<readonly T[]>[]> => {
  if (pace === 'at-once') return await Promise.allSettled(asked.map((ask) => ask()));
  const answers: PromiseSettledResult<readonly T[]>[] = [];
  for (const ask of asked) answers.push(...(await Promise.allSettled([ask()])));
  return answers;
};

const read = async <T>(asked: readonly Ask<T>[], pace: Pace): Promise<Found<T>> => {
  const answers = await answersOf(asked, pace);
  return {
    items: answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    isWhole: answers.every(({ status }) => status === 'fulfilled'),
  };
};

export type OpenAlerts = Found<RaisedAlert>;

/** Where a part says that a person must look. Numbers only: no alert names anybody. */
export class Alerts {
  readonly #sources: Source[] = [];
  readonly #ofService: ServiceSource[] = [];
  readonly #passing: Source[] = [];

  /** What is the matter with a tenant. */
  add(source: Source): void {
    this.#sources.push(source);
  }

  /** What is the matter with a tenant for as long as it can be read, and is not stored. */
  addPassing(source: Source): void {
    this.#passing.push(source);
  }

  /** What of a tenant is not stored. */
  async passingOf(tenantId: string): Promise<readonly Alert[]> {
    const asked = this.#passing.map((source) => () => source(tenantId));
    return (await read(asked, 'at-once')).items;
  }

  /** What is the matter with the service as a whole. */
  addOfService(source: ServiceSource): void {
    this.#ofService.push(source);
  }

  /** Of one tenant, and of the service as a whole; a part that cannot be read does not hide the others. */
  async of(tenantId: string): Promise<Alert[]> {
    const ofTenant = [...this.#sources, ...this.#passing].map((source) => () => source(tenantId));
    const asked = [...this.#ofService, ...ofTenant];
    const { items } = await read(asked, 'at-once');
    return [...items];
  }

  /** Every alert of the service itself that is open. */
  async raisedOfService(pace: Pace): Promise<OpenAlerts> {
    const { items, isWhole } = await read(this.#ofService, pace);
    return { items: items.filter(isOpen).map((alert) => ({ alert })), isWhole };
  }

  /** Every alert that is open; `own` are those of the service itself, where they were read just now. */
  async raised(tenantIds: readonly string[], own?: OpenAlerts): Promise<OpenAlerts> {
    const { items, isWhole } = own ?? (await this.raisedOfService('in-turn'));
    const ofTenants = await read(
      tenantIds.flatMap((tenantId) =>
        [...this.#sources, ...this.#passing].map((source) => async () => {
          const found = await source(tenantId);
          return found.filter(isOpen).map((alert): RaisedAlert => ({ tenantId, alert }));
        }),
      ),
      'in-turn',
    );
    return { items: [...items, ...ofTenants.items], isWhole: isWhole && ofTenants.isWhole };
  }
}

const isOpen = ({ state }: Alert): boolean => state === 'open';
