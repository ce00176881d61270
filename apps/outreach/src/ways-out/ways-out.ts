import { Injectable } from '@nestjs/common';
import { Channel, DAY_MS, Purpose } from '@tact/contracts';
import { Clock, Database, type Queryable, ServiceConfig, Tokens } from '@tact/platform';

/** What a link ends: messages of one purpose on one channel to one person. */
export type WayOut = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly purpose: Purpose;
  readonly channel: Channel;
  /** What stands for the address that the link is sent to: it acts for whoever reads that. */
  readonly address: string;
};

/** `void`: it opened something, and does no more. */
export type FollowedLink = { readonly state: 'open' | 'void'; readonly wayOut: WayOut };

const purposeOfTokens = 'unsubscribe';
/** As long as a mail may lie in somebody's box. */
const YEARS_MS = 3 * 365 * DAY_MS;

/** The way out that every mail carries: who has the link needs no account, and it works as often as it is followed. */
@Injectable()
export class WaysOut {
  constructor(
    private readonly tokens: Tokens,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: ServiceConfig,
  ) {}

  /** Where people reach the platform; undefined where nobody said, and then no mail can carry a way out. */
  get origin(): string | undefined {
    return this.config.values.TACT_PUBLIC_ORIGIN;
  }

  /** A link in the caller's transaction: it opens something if, and only if, that commits. */
  async linkOf(tx: Queryable, wayOut: WayOut): Promise<string> {
    const { tenantId, contactId, purpose, channel, address } = wayOut;
    const text = await this.tokens.mint(tx, {
      purpose: purposeOfTokens,
      tenantId,
      subject: contactId,
      expiresAt: new Date(this.clock.now().getTime() + YEARS_MS),
      isSingleUse: false,
      about: { purpose, channel, address },
    });
    return `${this.origin ?? ''}/v1/unsubscribe/${text}`;
  }

  /** Undefined for what never was a link, or was cut; whose address it was sent to is not asked here. */
  async behind(token: string): Promise<FollowedLink | undefined> {
    const found = await this.tokens.look(this.database.queryable, purposeOfTokens, token);
    if (found.state === 'unknown') return undefined;
    const { tenantId, subject: contactId, about, state } = found;
    const purpose = Purpose.parse(about['purpose']);
    const channel = Channel.parse(about['channel']);
    const wayOut = { tenantId, contactId, purpose, channel, address: about['address'] ?? '' };
    return { state: state === 'valid' ? 'open' : 'void', wayOut };
  }
}
