import type { Alert } from '@tact/contracts';

type Source = (tenantId: string) => Promise<readonly Alert[]>;
type ServiceSource = () => Promise<readonly Alert[]>;

/** An open alert and whose it is; no tenant: it is the service's own. */
export type RaisedAlert = { readonly tenantId?: string; readonly alert: Alert };

const read = async <T>(
  asked: readonly Promise<readonly T[]>[],
): Promise<{ readonly items: T[]; readonly isWhole: boolean }> => {
  const answers = await Promise.allSettled(asked);
  return {
    items: answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
    isWhole: answers.every(({ status }) => status === 'fulfilled'),
  };
};

/** Where a part says that a person must look. Numbers only: no alert names anybody. */
export class Alerts {
  readonly #sources: Source[] = [];
  readonly #ofService: ServiceSource[] = [];

  /** What is the matter with a tenant. */
  add(source: Source): void {
    this.#sources.push(source);
  }

  /** What is the matter with the service as a whole. */
  addOfService(source: ServiceSource): void {
    this.#ofService.push(source);
  }

  /** Of one tenant, and of the service as a whole; a part that cannot be read does not hide the others. */
  async of(tenantId: string): Promise<Alert[]> {
    const { items } = await read([
      ...this.#ofService.map((source) => source()),
      ...this.#sources.map((source) => source(tenantId)),
    ]);
    return items;
  }

  /** Every alert that is open. `isWhole` is false when a part could not be read: what it would say is not known. */
  async raised(
    tenantIds: readonly string[],
  ): Promise<{ readonly items: readonly RaisedAlert[]; readonly isWhole: boolean }> {
    const ofTenants = tenantIds.flatMap((tenantId) =>
      this.#sources.map(async (source) =>
        (await source(tenantId)).map((alert): RaisedAlert => ({ tenantId, alert })),
      ),
    );
    const own = this.#ofService.map(async (source) => (await source()).map((alert) => ({ alert })));
    const { items, isWhole } = await read<RaisedAlert>([...own, ...ofTenants]);
    return { items: items.filter(({ alert }) => alert.state === 'open'), isWhole };
  }
}
