import { Injectable } from '@nestjs/common';
import type { Eyes } from '@tact/domain';
import {
  type CallerIdentity,
  ProblemError,
  type Queryable,
  type StaffAsked,
  StaffRegister,
} from '@tact/platform';
import { problemOf } from './request-problems.ts';

/** Under which name somebody proposes or agrees: a member of staff under their own, whatever the body says. */
@Injectable()
export class RefusingPeople {
  constructor(private readonly staff: StaffRegister) {}

  /** `pointer` is the field where whoever calls with a key that is nobody's says their name. */
  async of(
    tx: Queryable,
    { tenantId, actorId, keyId = actorId, staffId }: CallerIdentity,
    { stated, pointer }: { readonly stated: string | undefined; readonly pointer: string },
  ): Promise<Eyes & { readonly staffId?: string }> {
    if (staffId !== undefined)
      return { name: await this.#nameOf(tx, { tenantId, staffId }), keyId, staffId };
    if (await this.hasStaff(tx, tenantId)) throw problemOf('not-a-person');
    if (stated !== undefined) return { name: stated, keyId };
    const errors = [{ pointer, message: 'Say who you are: this key is no member of staff’s.' }];
    throw new ProblemError('unprocessable', { errors });
  }

  async #nameOf(tx: Queryable, who: StaffAsked): Promise<string> {
    const record = await this.staff.find(tx, who);
    // Whoever signs in as an invented person is somebody else too, where anybody is.
    if (record?.isDemo === true && (await this.staff.countPeople(tx, who.tenantId)) > 0) {
      throw problemOf('not-a-person');
    }
    const name = record?.dismissedAt === null ? await this.staff.nameOf(record) : undefined;
    // Dismissed while the request ran.
    if (name === undefined) throw new ProblemError('unauthenticated');
    return name;
  }

  hasStaff(tx: Queryable, tenantId: string): Promise<boolean> {
    return this.staff.hasMembers(tx, tenantId);
  }
}
