import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { canonicalIdentity, InvalidIdentity, Vault } from '@tact/platform';
import { IdentityOptions } from '../contacts/identity-options.ts';
import { tellingOfEach } from '../wishes/wish-owners.ts';
import type { Exercised } from './exercised-right.ts';

/** A request whose identities are written so that people are known by them, and remembered by them. */
export type Legible = Exercised & {
  /** Nobody can be known by one of them, or by any: a person must find out whom the request is about. */
  readonly isDoubtful: boolean;
};

/**
 * A request says who asks as people write it: a number the national way is of the tenant's country, as it is to whoever looks
 * the request up. Otherwise nobody would be found and nobody remembered, and the request would be answered all the same.
 */
@Injectable()
export class LegibleIdentities {
  constructor(
    private readonly options: IdentityOptions,
    private readonly vault: Vault,
  ) {}

  async of(exercised: Exercised): Promise<Legible> {
    const { tenantid: tenantId } = exercised.event;
    const identities = await this.#written(tenantId, exercised.identities);
    const singles = tellingOfEach(identities);
    // What leaves no fingerprint is heard of nobody, now or later.
    const isRemembered = (one: Identities) => this.vault.refusals.of(tenantId, one).length > 0;
    const isDoubtful = singles.length === 0 || !singles.every(isRemembered);
    return { ...exercised, identities, isDoubtful };
  }

  async #written(tenantId: string, identities: Identities): Promise<Identities> {
    const { phone } = identities;
    const { defaultCountry } = await this.options.of(tenantId);
    if (phone === undefined || defaultCountry === undefined) return identities;
    try {
      return { ...identities, phone: canonicalIdentity('phone', phone, { defaultCountry }) };
    } catch (error) {
      // A number that no plan knows may be remembered by its digits.
      if (error instanceof InvalidIdentity) return identities;
      throw error;
    }
  }
}
