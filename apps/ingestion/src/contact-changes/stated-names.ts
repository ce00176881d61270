import { Injectable } from '@nestjs/common';
import type { Identities } from '@tact/contracts';
import { InvalidIdentity, ProblemError, registrableIdentities } from '@tact/platform';
import { IdentityOptions } from '../contacts/identity-options.ts';

/** Identities as a person wrote them down, in the form the index knows. */
@Injectable()
export class StatedNames {
  constructor(private readonly options: IdentityOptions) {}

  /** Throws the problem of one that is none. */
  async read(tenantId: string, identities: Identities): Promise<Identities> {
    const options = await this.options.of(tenantId);
    try {
      return registrableIdentities(identities, options).identities;
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      throw new ProblemError(error.isWellFormed ? 'unprocessable' : 'validation-failed', {
        errors: [{ pointer: `/identities/${error.kind}`, message: error.message }],
        cause: error,
      });
    }
  }
}
