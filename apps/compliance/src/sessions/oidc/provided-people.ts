import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AddStaffRequest, formatId, type Role } from '@tact/contracts';
import {
  canonicalEmail,
  Clock,
  EventStore,
  InvalidIdentity,
  ProblemError,
  type Queryable,
  ServiceConfig,
  type StaffRecord,
  StaffRegister,
} from '@tact/platform';
import type { OidcSettings } from '../../login/oidc-settings.ts';
import { auditOf } from '../../staff/staff.ts';
import type { Said } from './provider.ts';

const refused = (detail: string): ProblemError => new ProblemError('sign-in-refused', { detail });

const emailOf = ({ email, email_verified: isVerified }: Said): string => {
  if (typeof email !== 'string' || isVerified !== true) {
    throw refused('The provider vouches for no address of yours.');
  }
  try {
    return canonicalEmail(email);
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    throw refused('The provider vouches for no address that can be written to.');
  }
};

const nameOf = ({ name }: Said, email: string): string => {
  const { name: schema } = AddStaffRequest.shape;
  const local = email.slice(0, email.lastIndexOf('@'));
  return (
    [name, local].map((one) => schema.safeParse(one).data).find((one) => one !== undefined) ?? '-'
  );
};

const languageOf = ({ locale }: Said): 'fr' | 'en' =>
  typeof locale === 'string' && /^fr\b/i.test(locale) ? 'fr' : 'en';

/** Who comes from the provider: known by a verified address, with the roles of their groups as they are now. */
@Injectable()
export class ProvidedPeople {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly config: ServiceConfig<OidcSettings>,
  ) {}

  /** In the caller's transaction. Throws for whoever has no group that stands for a role, and for whoever was dismissed. */
  async admit(tx: Queryable, tenantId: string, said: Said): Promise<StaffRecord> {
    const email = emailOf(said);
    const roles = this.#rolesOf(said);
    if (roles.length === 0) throw refused('None of your groups has a role here.');
    await this.register.lock(tx, tenantId);
    const known = await this.register.findByEmail(tx, tenantId, email);
    if (known === undefined) return this.#add(tx, tenantId, { said, email, roles });
    if (known.dismissedAt !== null) {
      throw refused('You were dismissed here: an administrator adds you anew.');
    }
    return this.#follow(tx, known, roles);
  }

  #rolesOf({ groups }: Said): readonly Role[] {
    const held: readonly unknown[] = Array.isArray(groups) ? groups : [];
    const pairs = this.config.values.OIDC_GROUPS ?? [];
    return [...new Set(pairs.filter(({ group }) => held.includes(group)).map(({ role }) => role))];
  }

  async #add(
    tx: Queryable,
    tenantId: string,
    { said, email, roles }: { said: Said; email: string; roles: readonly Role[] },
  ): Promise<StaffRecord> {
    const staffId = formatId('staff', randomBytes(16));
    const person = { staffId, tenantId, roles: [...roles], language: languageOf(said) };
    const name = nameOf(said, email);
    const added = await this.register.add(tx, { ...person, name, email });
    if (added === undefined) throw new Error('An address that is free was taken under the lock');
    const at = this.clock.now().toISOString();
    await this.store.appendIn(tx, [
      auditOf('StaffAdded', { ...person, fullName: name, email, at }),
    ]);
    return added;
  }

  /** The provider's word holds at each sign-in: also where it takes the last administrator away. */
  async #follow(tx: Queryable, known: StaffRecord, roles: readonly Role[]): Promise<StaffRecord> {
    if (known.roles.toSorted().join() === roles.toSorted().join()) return known;
    const { tenantId, staffId } = known;
    await this.register.setRoles(tx, known, roles);
    const at = this.clock.now().toISOString();
    const data = { tenantId, staffId, at, roles: [...roles], previousRoles: [...known.roles] };
    await this.store.appendIn(tx, [auditOf('StaffRolesChanged', data)]);
    return { ...known, roles };
  }
}
