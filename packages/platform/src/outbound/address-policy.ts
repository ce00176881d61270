import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { OutboundFailed } from './outbound-failed.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** Ranges in the words of `ipaddr.js` that an operator's own servers are in: never link-local, where metadata lies. */
const ownRanges: ReadonlySet<string> = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);
/** What is given out to the public of IPv6 (RFC 4291, IANA): below it lie `::127.0.0.1` and other ways to write IPv4. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

export type Allowances = {
  /** This machine. */
  readonly loopback?: boolean;
  /** The address is a setting of the operator, who may name a server of the own network. */
  readonly ownNetwork?: boolean;
  /** Networks as `10.0.0.0/8`. Throws on one that is none. */
  readonly networks?: readonly string[];
};

export const isNetwork = (text: string): boolean => ipaddr.isValidCIDR(text);

/** Looks a name up: every address it has. */
export type LookUp = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const lookUpAll: LookUp = (hostname, done) =>
  systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) =>
    done(error, addresses ?? []),
  );

/**
 * Which addresses may be called: public ones, and what is allowed on top. Without it whoever may save an address could
 * make the platform ask its own database, a neighbour, or the metadata of its cloud.
 */
export class AddressPolicy {
  readonly #allowed: Allowances;
  readonly #networks: readonly Network[];
  readonly #lookUp: LookUp;

  constructor(allowed: Allowances = {}, lookUp: LookUp = lookUpAll) {
    this.#allowed = allowed;
    this.#networks = (allowed.networks ?? []).map((text) => ipaddr.parseCIDR(text));
    this.#lookUp = lookUp;
  }

  /** True when a connection to this address may be made. IPv4 that is written as IPv6 counts as what it is. */
  allows(text: string): boolean {
    // `ipaddr.js` reads more forms than a socket does, `1.2.3` say.
    if (isIP(text) === 0 || !ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    const range: string = address.range();
    const { loopback = false, ownNetwork = false } = this.#allowed;
    if (this.#isListed(address)) return true;
    if (range === 'loopback') return loopback;
    if (ownRanges.has(range)) return ownNetwork;
    return range === 'unicast' && (address.kind() === 'ipv4' || address.match(globalUnicast));
  }

  /** Every address of a name, or of an address itself. Throws `OutboundFailed` when one of them may not be called. */
  async addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const bare = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(bare);
    const addresses = family === 0 ? await this.#look(bare) : [{ address: bare, family }];
    if (!this.#allowsAll(addresses)) throw new OutboundFailed('address-refused');
    return addresses;
  }

  /** The same as the look-up of a connection, which goes to what it gives and asks nobody again. */
  readonly connectLookUp: LookupFunction = (hostname, { all }, done) =>
    this.#lookUp(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error) done(error, '', 0);
      else if (first === undefined || !this.#allowsAll(addresses)) {
        done(new OutboundFailed('address-refused'), '', 0);
      } else if (all === true) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });

  /** One that is refused refuses the name: which of them a connection would take is not ours to guess. */
  #allowsAll(addresses: readonly LookupAddress[]): boolean {
    return addresses.length > 0 && addresses.every(({ address }) => this.allows(address));
  }

  #isListed(address: Address): boolean {
    return this.#networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
  }

  #look(hostname: string): Promise<readonly LookupAddress[]> {
    return new Promise((resolve, reject) => {
      this.#lookUp(hostname, (error, addresses) => {
        if (error) reject(new OutboundFailed('no-connection', { code: error.code }));
        else resolve(addresses);
      });
    });
  }
}

/**
 * For an address that is about to be saved: HTTP, nobody's password in it, and all it resolves to now may be called.
 * Names change: the same check is made again when a connection is. Throws `OutboundFailed`.
 */
export const assertPublicUrl = async (
  url: string,
  policy: AddressPolicy = new AddressPolicy(),
): Promise<void> => {
  if (!URL.canParse(url)) throw new OutboundFailed('address-refused');
  const { protocol, username, password, hostname } = new URL(url);
  const isHttp = protocol === 'https:' || protocol === 'http:';
  if (!isHttp || username !== '' || password !== '') throw new OutboundFailed('address-refused');
  await policy.addressesOf(hostname);
};
