import { Injectable } from '@nestjs/common';
import { isWeightyRole, type Role } from '@tact/contracts';
import { type Eyes, secondLookRefusal, type SecondLookRefusal } from '@tact/domain';
import {
  type CallerIdentity,
  Clock,
  EventStore,
  ProblemError,
  type Queryable,
  type RolesProposed,
  type StaffRecord,
  StaffRegister,
} from '@tact/platform';
import { isOperator } from '../login/scopes-held.ts';
import { auditOf } from './staff.ts';

const PEOPLE_FOR_TWO = 2;

const problems: Readonly<Record<SecondLookRefusal, string>> = {
  'same-person': 'Who proposed these roles does not agree to them: another person does.',
  'not-a-person':
    'These roles are given by two people of the tenant: this key is nobody’s, and an operator’s alone does without.',
  'same-key': 'Who proposed these roles does not agree to them: another person does.',
  'same-name': 'Who proposed these roles does not agree to them: another person does.',
  expired: 'They were proposed more than 72 hours ago: propose them anew.',
  changed: 'What was proposed is not what you saw: look again.',
};
const refused = (why: SecondLookRefusal): ProblemError =>
  new ProblemError('unprocessable', { detail: problems[why] });

/** People are compared by who they are alone. */
const eyesOf = ({ staffId }: StaffRecord): Eyes => ({ staffId, keyId: '', name: '' });

const textOf = (roles: readonly Role[]): string => roles.toSorted().join();

/**
 * The roles by which somebody decides over others or sees what all did are given by two people, where the tenant has
 * two: else an administrator adds her own second mailbox as a person, and is everybody.
 */
@Injectable()
export class WeightyRoles {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Whether giving these roles to somebody who has those waits for a second person. */
  async waits(
    tx: Queryable,
    caller: CallerIdentity,
    { held, roles }: { readonly held: readonly Role[]; readonly roles: readonly Role[] },
  ): Promise<boolean> {
    const given = roles.filter((role) => isWeightyRole[role] && !held.includes(role));
    if (given.length === 0 || isOperator(caller)) return false;
    if ((await this.register.countPeople(tx, caller.tenantId)) < PEOPLE_FOR_TWO) return false;
    if (caller.staffId === undefined) throw refused('not-a-person');
    return true;
  }

  async propose(
    tx: Queryable,
    { tenantId, actorId: by }: CallerIdentity,
    { person, roles }: { readonly person: StaffRecord; readonly roles: readonly Role[] },
  ): Promise<StaffRecord> {
    const { staffId } = person;
    const proposed: RolesProposed = { roles, by, at: this.clock.now().toISOString() };
    await this.register.propose(tx, person, proposed);
    const change = { tenantId, staffId, by, at: proposed.at };
    const data = { ...change, roles: [...roles], previousRoles: [...person.roles] };
    await this.store.appendIn(tx, [auditOf('StaffRolesProposed', data)]);
    return { ...person, proposed };
  }

  /** Throws where the caller is no second person, who was there before it was proposed. */
  async agree(
    tx: Queryable,
    { tenantId, staffId }: CallerIdentity,
    { person, roles }: { readonly person: StaffRecord; readonly roles: readonly Role[] },
  ): Promise<void> {
    const { proposed } = person;
    if (proposed === null) {
      throw new ProblemError('unprocessable', { detail: 'No roles of theirs wait for anybody.' });
    }
    const approver = await this.#colleague(tx, tenantId, staffId);
    const proposer = await this.#colleague(tx, tenantId, proposed.by);
    if (approver === undefined) throw refused('not-a-person');
    // Of whoever was dismissed since nothing is gone on with.
    if (proposer === undefined) throw refused('expired');
    const isOfBefore = approver.createdAt.getTime() < Date.parse(proposed.at);
    if (approver.staffId === person.staffId || !isOfBefore) throw refused('same-person');
    const why = secondLookRefusal({
      proposedBy: eyesOf(proposer),
      approvedBy: eyesOf(approver),
      hasStaff: true,
      proposedAt: proposed.at,
      now: this.clock.now().toISOString(),
      content: { proposed: textOf(proposed.roles), seen: textOf(roles) },
    });
    if (why !== undefined) throw refused(why);
  }

  /** Somebody who works here now, and whom nobody invented. */
  async #colleague(
    tx: Queryable,
    tenantId: string,
    staffId: string | undefined,
  ): Promise<StaffRecord | undefined> {
    if (staffId === undefined) return undefined;
    const person = await this.register.find(tx, { tenantId, staffId });
    return person?.dismissedAt === null && !person.isDemo ? person : undefined;
  }
}
