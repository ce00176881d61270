import { Injectable } from '@nestjs/common';
import {
  type CallerIdentity,
  Clock,
  ProblemError,
  type Queryable,
  type StaffAsked,
  StaffRegister,
} from '@tact/platform';
import { problemOfApproval } from './change-problems.ts';

/** Who proposes or agrees, and when, as the event keeps it. */
export type Acting = {
  readonly name: string;
  readonly keyId: string;
  readonly staffId?: string;
  readonly at: string;
};

/** Under which name somebody acts: a member of staff under their own, whatever the request says. */
@Injectable()
export class ActingPerson {
  constructor(
    private readonly staff: StaffRegister,
    private readonly clock: Clock,
  ) {}

  /** `pointer` is the field where who calls with a key that is nobody's says their name. */
  async of(
    tx: Queryable,
    { tenantId, actorId, keyId = actorId, staffId }: CallerIdentity,
    { name: stated, pointer }: { readonly name: string | undefined; readonly pointer: string },
  ): Promise<Acting> {
    const at = this.clock.now().toISOString();
    if (staffId === undefined) {
      const name = await this.#nameOfNobody(tx, tenantId, { stated, pointer });
      return { name, keyId, at };
    }
    return { name: await this.#nameOf(tx, { tenantId, staffId }), keyId, staffId, at };
  }

  async #nameOfNobody(
    tx: Queryable,
    tenantId: string,
    { stated, pointer }: { readonly stated: string | undefined; readonly pointer: string },
  ): Promise<string> {
    if (await this.hasStaff(tx, tenantId)) throw problemOfApproval('not-a-person');
    if (stated !== undefined) return stated;
    throw new ProblemError('unprocessable', {
      errors: [{ pointer, message: 'Say who you are: this key is no member of staff’s.' }],
    });
  }

  async #nameOf(tx: Queryable, who: StaffAsked): Promise<string> {
    const record = await this.staff.find(tx, who);
    // Whoever signs in as an invented person is somebody else too, where anybody is.
    if (record?.isDemo === true && (await this.staff.countPeople(tx, who.tenantId)) > 0) {
      throw problemOfApproval('not-a-person');
    }
    const name = record?.dismissedAt === null ? await this.staff.nameOf(record) : undefined;
    // Dismissed while the request ran.
    if (name === undefined) throw new ProblemError('unauthenticated');
    return name;
  }

  /** Whether a second person of this tenant must be one whom it knows. */
  hasStaff(tx: Queryable, tenantId: string): Promise<boolean> {
    return this.staff.hasMembers(tx, tenantId);
  }
}
