import { Injectable } from '@nestjs/common';
import {
  type CallerIdentity,
  Clock,
  ProblemError,
  type Queryable,
  StaffRegister,
} from '@tact/platform';

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
      if (stated !== undefined) return { name: stated, keyId, at };
      throw new ProblemError('unprocessable', {
        errors: [{ pointer, message: 'Say who you are: this key is no member of staff’s.' }],
      });
    }
    const record = await this.staff.find(tx, { tenantId, staffId });
    const name = record?.dismissedAt === null ? await this.staff.nameOf(record) : undefined;
    // Dismissed while the request ran.
    if (name === undefined) throw new ProblemError('unauthenticated');
    return { name, keyId, staffId, at };
  }

  /** Whether a second person of this tenant must be one whom it knows. */
  hasStaff(tx: Queryable, tenantId: string): Promise<boolean> {
    return this.staff.hasMembers(tx, tenantId);
  }
}
