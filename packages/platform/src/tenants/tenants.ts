import type { TextSealer } from '../event-store/events.ts';
import { SubjectErased } from '../personal-data/refusals.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { Installation } from './installation.ts';
import {
  sealedPlace,
  SealedSettings,
  settingsOf,
  StoredSettings,
  tenantColumns,
  type TenantRow,
  type TenantSettings,
} from './tenant-settings.ts';

/** How long a change can go unnoticed where its notification was lost. */
const REMEMBERED_MS = 15_000;

type Entry = {
  readonly row: TenantRow;
  /** Undefined until somebody asks: a tenant whose seal is broken must not be in the way of another one. */
  opened?: Promise<TenantSettings>;
  stored?: StoredSettings;
};
type Known = {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly readAtMs: number;
};

type Parts = {
  readonly queryable: Queryable;
  readonly texts: Pick<TextSealer, 'open'>;
  readonly installation: Installation;
  readonly now?: () => number;
};

const storedOf = (entry: Entry): StoredSettings =>
  (entry.stored ??= StoredSettings.parse(entry.row.settings));

const isSame = (one: TenantRow, other: TenantRow): boolean =>
  one.sealed === other.sealed &&
  one.version === other.version &&
  one.changedAt.getTime() === other.changedAt.getTime();

/**
 * How each tenant is set up. All of them are held in memory, so that a webhook costs no query, and an invented name no
 * more than a real one; a change is heard by its notification, and what was unchanged is not opened again.
 */
export class Tenants {
  readonly installation: Installation;
  readonly #parts: Parts;
  readonly #now: () => number;
  #known: Known | undefined;
  #reading: Promise<Known> | undefined;
  /** What was read before a change must not be kept behind it. */
  #changes = 0;
  #keptChanges = -1;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.installation = parts.installation;
    this.#now = parts.now ?? Date.now;
  }

  /** Undefined: there is no such tenant. */
  async of(tenantId: string): Promise<TenantSettings | undefined> {
    const entry = (await this.#entries()).get(tenantId);
    return entry === undefined ? this.installation.settingsOf(tenantId) : await this.#opened(entry);
  }

  /** In the order of their ids. */
  async all(): Promise<readonly TenantSettings[]> {
    const settings = await Promise.all((await this.ids()).map((id) => this.of(id)));
    return settings.filter((one) => one !== undefined);
  }

  /** The ids alone, in their order; nothing is opened for them. */
  async ids(): Promise<readonly string[]> {
    const entries = await this.#entries();
    return [...new Set([...entries.keys(), this.installation.firstTenantId])].toSorted();
  }

  /** What the national phones of a tenant are read by; undefined: by nothing. */
  async countryOf(tenantId: string): Promise<string | undefined> {
    const entry = (await this.#entries()).get(tenantId);
    return (entry && storedOf(entry).country) ?? this.installation.country;
  }

  /** Called when any tenant has changed: the next who asks waits for what it is now. */
  forget(): void {
    this.#changes += 1;
    this.#reading = undefined;
  }

  async #entries(): Promise<Known['entries']> {
    const known = this.#known;
    if (known === undefined || this.#keptChanges !== this.#changes) {
      return (await this.#read()).entries;
    }
    if (this.#now() - known.readAtMs > REMEMBERED_MS) {
      // Nobody waits for it: what is known holds until something else is, and whoever asks next tries again.
      void this.#read().catch(() => undefined);
    }
    return known.entries;
  }

  #read(): Promise<Known> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = this.#load(this.#changes).finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
    return reading;
  }

  async #load(changes: number): Promise<Known> {
    const rows = await this.#parts.queryable.query<TenantRow>(
      `SELECT ${tenantColumns} FROM access.tenants`,
      [],
      'tenants',
    );
    const entries = new Map(
      rows.map((row): [string, Entry] => {
        const before = this.#known?.entries.get(row.tenantId);
        return [row.tenantId, before && isSame(before.row, row) ? before : { row }];
      }),
    );
    const known = { entries, readAtMs: this.#now() };
    if (changes === this.#changes) {
      this.#known = known;
      this.#keptChanges = changes;
    }
    return known;
  }

  #opened(entry: Entry): Promise<TenantSettings> {
    entry.opened ??= this.#open(entry).catch((error: unknown) => {
      delete entry.opened;
      throw error;
    });
    return entry.opened;
  }

  async #open(entry: Entry): Promise<TenantSettings> {
    const { texts } = this.#parts;
    const { tenantId, sealed } = entry.row;
    const opened = sealed === null ? {} : await openSealed(texts, tenantId, sealed);
    return this.installation.completed(settingsOf(tenantId, storedOf(entry), opened));
  }
}

/** What a tenant's key opens; nothing where that key was destroyed or lost. */
export const openSealed = async (
  texts: Pick<TextSealer, 'open'>,
  tenantId: string,
  sealed: string,
): Promise<SealedSettings> => {
  try {
    const text = await texts.open({ tenantId, subject: tenantId }, sealed, sealedPlace);
    return SealedSettings.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SubjectErased) return {};
    throw error;
  }
};
