import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AddStaffRequest, type EventDataOf, formatId, type Role } from '@tact/contracts';
import {
  canonicalEmail,
  Clock,
  EventStore,
  InvalidIdentity,
  ProblemError,
  type ProviderAccount,
  type Queryable,
  type StaffRecord,
  StaffRegister,
} from '@tact/platform';
import { auditOf } from '../../staff/staff.ts';
import { IdentityProvider, type Said } from './provider.ts';

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

const accountOf = ({ iss: issuer, sub: subject }: Said): ProviderAccount => {
  if (typeof issuer === 'string' && typeof subject === 'string') return { issuer, subject };
  throw refused('The provider did not say who you are.');
};

/** Who comes from the provider: known by its own id of theirs, with the roles of their groups as they are now. */
@Injectable()
export class ProvidedPeople {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly provider: IdentityProvider,
  ) {}

  /**
   * In the caller's transaction. Undefined for whoever has no group that stands for a role, whose access has ended by
   * it. Throws for whoever was dismissed.
   */
  async admit(tx: Queryable, tenantId: string, said: Said): Promise<StaffRecord | undefined> {
    const account = accountOf(said);
    const roles = this.#rolesOf(said);
    await this.register.lock(tx, tenantId);
    const known = await this.register.findByProvider(tx, tenantId, account);
    const person =
      known?.dismissedAt === null
        ? known
        : await this.#byEmail(
            tx,
            { tenantId, said, roles },
            { account, isFormer: known !== undefined },
          );
    if (person === undefined) return undefined;
    const followed = await this.#follow(tx, person, roles);
    return roles.length === 0 ? undefined : followed;
  }

  /** The first time, by an address that the provider has verified; afterwards an address tells nobody. */
  async #byEmail(
    tx: Queryable,
    { tenantId, said, roles }: { tenantId: string; said: Said; roles: readonly Role[] },
    { account, isFormer }: { readonly account: ProviderAccount; readonly isFormer: boolean },
  ): Promise<StaffRecord | undefined> {
    const email = emailOf(said);
    const known = await this.register.findByEmail(tx, tenantId, email);
    if (known?.dismissedAt === null) {
      if (await this.register.linkProvider(tx, known, account)) {
        await this.#tell(tx, 'StaffLinked', known, {});
        return known;
      }
      throw refused('This address is of somebody whom the provider knows otherwise.');
    }
    if (known !== undefined || isFormer) {
      throw refused('You were dismissed here: an administrator adds you anew.');
    }
    if (roles.length === 0) return undefined;
    const added = await this.#add(tx, tenantId, { said, email, roles });
    await this.register.linkProvider(tx, added, account);
    return added;
  }

  #rolesOf({ groups }: Said): readonly Role[] {
    const held: readonly unknown[] = Array.isArray(groups) ? groups : [];
    const pairs = this.provider.groups;
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
    const { roles: own, language } = person;
    const data = { fullName: name, email, roles: own, language };
    await this.#tell(tx, 'StaffAdded', person, data);
    return added;
  }

  /** The provider's word holds at each sign-in: also where it takes the last administrator away. */
  async #follow(tx: Queryable, known: StaffRecord, roles: readonly Role[]): Promise<StaffRecord> {
    if (known.roles.toSorted().join() === roles.toSorted().join()) return known;
    await this.register.setRoles(tx, known, roles);
    if (roles.length === 0) await this.register.endAccess(tx, known);
    const data = { roles: [...roles], previousRoles: [...known.roles] };
    await this.#tell(tx, 'StaffRolesChanged', known, data);
    return { ...known, roles };
  }

  /** In the audit it is the provider that acts: nobody is signed in yet, and nobody of ours decided it. */
  async #tell<Type extends 'StaffAdded' | 'StaffLinked' | 'StaffRolesChanged'>(
    tx: Queryable,
    type: Type,
    { tenantId, staffId }: Pick<StaffRecord, 'tenantId' | 'staffId'>,
    said: Omit<EventDataOf<Type>, keyof EventDataOf<'StaffLinked'>>,
  ): Promise<void> {
    const { actor: by } = this.provider;
    const at = this.clock.now().toISOString();
    const data = { tenantId, staffId, by, at, ...said } as EventDataOf<Type>;
    await this.store.appendIn(tx, [auditOf(type, data, by)]);
  }
}
