import {
  personTokenTyp as typ,
  Scope,
  scopesOfRoles,
  SessionId,
  StaffId,
  TenantId,
} from '@tact/contracts';
import { z } from 'zod';
import type { Clock } from '../../config/clock.ts';
import { BatchLoader } from '../../postgres/batch-loader.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import type { SigningKeys } from '../../signing/signing-keys.ts';
import { memoryOfNobody } from '../../stores/memory.ts';
import type { CallerIdentity } from './caller.ts';
import { staffWords } from './staff-words.ts';

const SECONDS_MAX = 300;
const LENGTH_MAX = 4_096;
const REMEMBERED_MS = 4_000;
const REMEMBERED_MAX = 10_000;

/** What a signed token says; no name, and nothing that would still hold after five minutes. */
const Claims = z.object({
  iss: z.literal('tact'),
  sub: StaffId,
  tenant: TenantId,
  sid: SessionId,
  scopes: z.array(Scope),
  iat: z.int(),
  exp: z.int(),
});
type Claims = z.infer<typeof Claims>;

type Standing = {
  readonly session_id: string;
  readonly tenant_id: string;
  readonly staff_id: string;
  readonly ended_at: Date | null;
  readonly roles: readonly string[];
  readonly dismissed_at: Date | null;
};

export const standingMemory = memoryOfNobody<Standing>({
  name: 'sessions in use',
  holds: staffWords,
  because: 'Sessions of members of staff, by their ids; no contact.',
});

type Parts = {
  readonly keys: Pick<SigningKeys, 'sign' | 'verify'>;
  readonly clock: Pick<Clock, 'now' | 'nowMs'>;
  /** Where it is looked up whether somebody still works here and is signed in. */
  readonly lookUps: Queryable;
};

/** Why a signed token that was good is so no more. */
export type TokenEnd = 'token-expired' | 'signed-out' | 'dismissed';

/**
 * Signed tokens by which a member of staff who is signed in calls any service for five minutes. Each service checks the
 * signature by itself; whoever was dismissed or signed out is refused within five seconds, and a role that was taken
 * away opens nothing.
 */
export class PersonTokens {
  readonly #parts: Parts;
  readonly #standings = standingMemory.open({ max: REMEMBERED_MAX, ttl: REMEMBERED_MS });
  readonly #queries: BatchLoader<string, Standing | undefined>;
  #changes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#queries = new BatchLoader((ids) => this.#load(ids), REMEMBERED_MAX);
  }

  /** Whether a text is shaped like one: no API key is. */
  static isOne(text: string): boolean {
    return text.startsWith('eyJ');
  }

  async sign(person: {
    readonly staffId: string;
    readonly tenantId: string;
    readonly sessionId: string;
    readonly roles: readonly string[];
  }): Promise<{ token: string; scopes: readonly Scope[]; expiresAt: Date }> {
    const iat = Math.floor(this.#parts.clock.nowMs() / 1000);
    const exp = iat + SECONDS_MAX;
    const scopes = scopesOfRoles(person.roles);
    const claims: Claims = {
      iss: 'tact',
      sub: person.staffId,
      tenant: person.tenantId,
      sid: person.sessionId,
      scopes: [...scopes],
      iat,
      exp,
    };
    const token = await this.#parts.keys.sign(claims, { typ });
    return { token, scopes, expiresAt: new Date(exp * 1000) };
  }

  async verify(token: string): Promise<CallerIdentity | undefined> {
    const read = await this.#read(token);
    if (read === undefined || this.#endOf(read) !== undefined) return undefined;
    const { claims, standing } = read;
    const held = scopesOfRoles(standing.roles);
    const { sub: staffId, tenant: tenantId, sid: sessionId } = claims;
    const scopes = claims.scopes.filter((scope) => held.includes(scope));
    return { actorId: staffId, staffId, sessionId, tenantId, scopes };
  }

  async refusalOf(token: string): Promise<TokenEnd | undefined> {
    const read = await this.#read(token);
    return read && this.#endOf(read);
  }

  forget(): void {
    this.#changes += 1;
    this.#standings.clear();
  }

  #endOf({ claims, standing }: { claims: Claims; standing: Standing }): TokenEnd | undefined {
    if (standing.dismissed_at !== null) return 'dismissed';
    if (standing.ended_at !== null) return 'signed-out';
    const nowS = this.#parts.clock.nowMs() / 1000;
    return nowS >= claims.exp || claims.exp - claims.iat > SECONDS_MAX
      ? 'token-expired'
      : undefined;
  }

  async #read(token: string): Promise<{ claims: Claims; standing: Standing } | undefined> {
    if (token.length > LENGTH_MAX) return undefined;
    const payload = await this.#parts.keys.verify(token, { typ });
    const claims = Claims.safeParse(payload).data;
    if (claims === undefined) return undefined;
    const standing = await this.#standingOf(claims.sid);
    const isTheirs = standing?.staff_id === claims.sub && standing.tenant_id === claims.tenant;
    return standing !== undefined && isTheirs ? { claims, standing } : undefined;
  }

  async #standingOf(sessionId: string): Promise<Standing | undefined> {
    const known = this.#standings.get(sessionId);
    if (known) return known;
    const changes = this.#changes;
    const [standing] = await this.#queries.ask([sessionId]);
    // What was read before a change must not outlive it.
    if (standing && changes === this.#changes) this.#standings.set(sessionId, standing);
    return standing;
  }

  async #load(ids: readonly string[]): Promise<(Standing | undefined)[]> {
    const rows = await this.#parts.lookUps.query<Standing>(
      `SELECT e.session_id, e.tenant_id, e.staff_id, e.ended_at, s.roles, s.dismissed_at
       FROM access.sessions e
       JOIN access.staff s ON s.staff_id = e.staff_id AND s.tenant_id = e.tenant_id
       WHERE e.session_id = ANY ($1)`,
      [ids],
      'standing-of-sessions',
    );
    const byId = new Map(rows.map((row) => [row.session_id, row]));
    return ids.map((id) => byId.get(id));
  }
}
