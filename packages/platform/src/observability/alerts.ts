import type { Alert } from '@tact/contracts';

type Source = (tenantId: string) => Promise<readonly Alert[]>;

/** Where a part says that a person must look. Numbers only: no alert names anybody. */
export class Alerts {
  readonly #sources: Source[] = [];

  add(source: Source): void {
    this.#sources.push(source);
  }

  /** Of one tenant, and of the service as a whole; a part that cannot be read does not hide the others. */
  async of(tenantId: string): Promise<Alert[]> {
    const told = await Promise.allSettled(this.#sources.map((source) => source(tenantId)));
    return told.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }
}
