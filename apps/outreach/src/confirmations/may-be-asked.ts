import { Injectable } from '@nestjs/common';
import type { Channel, Purpose, Reason } from '@tact/contracts';
import { consentKey, type ContactPolicyState, suppressionAgainst } from '@tact/domain';
import { type Queryable, Vault } from '@tact/platform';
import { MissedSources } from '../decisions/missed-sources.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';

type About = { readonly purpose: Purpose; readonly channel: Channel };

/** What stands against a mail that asks for a consent, or says that one was recorded. */
export const reasonsAgainst = (state: ContactPolicyState, about: About): readonly Reason[] => {
  const isSuppressed =
    suppressionAgainst(state, about) !== undefined ||
    // The mail itself is one by e-mail.
    suppressionAgainst(state, { ...about, channel: 'email' }) !== undefined;
  const { channels } = state.preferences ?? {};
  return [
    ...(isSuppressed ? (['suppressed'] as const) : []),
    ...(channels?.includes('email') === false ? (['channel-unwanted'] as const) : []),
  ];
};

/** The latest withdrawal as it is known: another one since, and what was asked before it is void. */
export const withdrawnOf = (state: ContactPolicyState, { purpose, channel }: About): string =>
  state.consents[consentKey(purpose, channel)]?.withdrawnAt ?? 'never';

type Leaving = About & {
  readonly tenantId: string;
  readonly contactId: string;
  /** `withdrawnOf` when the mail was left to be sent. */
  readonly withdrawn: string;
};

/** The last word before a mail leaves. */
@Injectable()
export class MayBeAsked {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
    private readonly missed: MissedSources,
  ) {}

  /** As the caller's transaction sees it. Throws where a refusal may have been missed: it is asked again later. */
  async stillHolds(tx: Queryable, leaving: Leaving): Promise<boolean> {
    const { tenantId, contactId, withdrawn } = leaving;
    // Whoever became part of another contact is asked anew, as that one.
    if ((await this.vault.survivorsOf([contactId], tx)).size > 0) return false;
    if (await this.vault.isTakeOverDue(tx, contactId)) return false;
    const state = await this.policies.stateIn(tx, contactId);
    if (reasonsAgainst(state, leaving).length > 0) return false;
    if (withdrawnOf(state, leaving) !== withdrawn) return false;
    const missed = await this.missed.of(tenantId, contactId);
    if (missed.length > 0) {
      throw new Error(`A refusal may have been missed by ${missed.join(' ')}: no mail leaves now.`);
    }
    return true;
  }
}
