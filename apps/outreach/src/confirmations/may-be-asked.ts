import { Injectable } from '@nestjs/common';
import type { Channel, Purpose } from '@tact/contracts';
import { consentKey, type ContactPolicyState, reasonsAgainstAsking } from '@tact/domain';
import { Clock, type MayLeave, type Queryable } from '@tact/platform';
import { MissedSources } from '../decisions/missed-sources.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { WritableAddresses } from './writable-addresses.ts';

type About = { readonly purpose: Purpose; readonly channel: Channel };

/** The latest withdrawal as it is known: another one since, and what was asked before it is void. */
export const withdrawnOf = (state: ContactPolicyState, { purpose, channel }: About): string =>
  state.consents[consentKey(purpose, channel)]?.withdrawnAt ?? 'never';

type Asked = About & {
  /** `withdrawnOf` when it was asked. */
  readonly withdrawn: string;
};

/** Whether the person refused since it was asked. */
export const isRefusedSince = (state: ContactPolicyState, asked: Asked, now: Date): boolean =>
  withdrawnOf(state, asked) !== asked.withdrawn ||
  reasonsAgainstAsking({ ...asked, now }, state).lasting.length > 0;

type Leaving = Asked & {
  readonly tenantId: string;
  readonly contactId: string;
  /** What stands for the address that the mail is to. */
  readonly address: string;
};

/** The last word before a mail leaves. */
@Injectable()
export class MayBeAsked {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly missed: MissedSources,
    private readonly clock: Clock,
    private readonly addresses: WritableAddresses,
  ) {}

  /** As the caller's transaction sees it. Throws where a refusal may have been missed: it is asked again later. */
  async stillHolds(tx: Queryable, leaving: Leaving): Promise<boolean> {
    const { tenantId, contactId } = leaving;
    if (!(await this.addresses.isOpen(tx, leaving))) return false;
    const state = await this.policies.stateIn(tx, contactId);
    if (isRefusedSince(state, leaving, this.clock.now())) return false;
    const missed = await this.missed.of(tenantId, contactId);
    if (missed.length > 0) {
      throw new Error(`A refusal may have been missed by ${missed.join(' ')}: no mail leaves now.`);
    }
    return true;
  }

  /** Who is asked sleeps undisturbed; the cap was heeded, and used, when it was asked. */
  async mayStillAsk(tx: Queryable, leaving: Leaving): Promise<MayLeave> {
    if (!(await this.stillHolds(tx, leaving))) return false;
    if ((await this.addresses.refusalBehind(leaving)) !== undefined) return false;
    const state = await this.policies.stateIn(tx, leaving.contactId);
    const { quietUntil, reasons } = reasonsAgainstAsking(
      { ...leaving, now: this.clock.now() },
      state,
    );
    if (reasons.includes('time-zone-unknown')) return false;
    return quietUntil === undefined ? true : new Date(quietUntil);
  }
}
