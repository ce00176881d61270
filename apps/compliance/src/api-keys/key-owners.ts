import { Injectable } from '@nestjs/common';
import { type CreateApiKeyRequest, forPrograms, type Scope, scopesOfRoles } from '@tact/contracts';
import {
  ApiKeyRegister,
  type CallerIdentity,
  type Draw,
  type DrawnKey,
  ProblemError,
  type Queryable,
  type RotatedKey,
  type Rotation,
  StaffRegister,
} from '@tact/platform';
import { isOperator, refuseScopesBeyond } from '../login/scopes-held.ts';
import { AdministrativeKeys, type KeyLicence } from './administrative-keys.ts';
import { problemOfRefusal } from './api-keys.ts';

type KeyAskedFor = { readonly scopes: readonly Scope[]; readonly actor?: string | null };

type Licensed = { readonly licence: KeyLicence };

/** By whom a key is known for what it is: what an operator draws, who needs nobody, is a hand of its own. */
const drawnBy = (caller: CallerIdentity): string | undefined =>
  isOperator(caller) ? undefined : (caller.staffId ?? caller.keyId);

const listed = (scopes: readonly Scope[]): string => scopes.toSorted().join(', ');

const beyondRoles = (scopes: readonly Scope[]): ProblemError =>
  new ProblemError('unprocessable', {
    errors: [
      { pointer: '/scopes', message: `The person’s roles do not have ${scopes.join(', ')}.` },
    ],
  });

/**
 * Whose key may be drawn by whom, because whoever draws a key reads its text. A person draws their own, and keys of
 * programs that see nobody and decide nothing: else one who administers could read people by a program's key, or agree
 * to their own proposal under a colleague's name. A key of the installation draws any.
 */
@Injectable()
export class KeyOwners {
  constructor(
    private readonly staff: StaffRegister,
    private readonly register: ApiKeyRegister,
    private readonly administrative: AdministrativeKeys,
  ) {}

  /** Throws the problem of a key that the caller may not draw, or not yet. */
  async licence(caller: CallerIdentity, request: CreateApiKeyRequest): Promise<KeyLicence> {
    const { label, scopes, expiresAt, actor, proposedBy } = request;
    const { administrative } = this;
    if (!administrative.isOne(scopes) || (await administrative.isRepeated())) return undefined;
    const asked = { scopes, ...(actor === undefined ? {} : { actor }) };
    await this.#assertMayDraw(administrative.queryable, caller, asked);
    const content = { scopes: listed(scopes), expiresAt, actor };
    return administrative.licence(caller, { label, scopes, content, proposedBy });
  }

  async draw(
    tx: Queryable,
    caller: CallerIdentity,
    { licence, ...asked }: Draw & Licensed,
  ): Promise<DrawnKey> {
    await this.#assertMayDraw(tx, caller, asked);
    await this.administrative.spend(tx, licence);
    return this.register.draw(tx, { ...asked, drawnBy: drawnBy(caller) });
  }

  /** Throws the problem of a key that has no successor. */
  async rotate(tx: Queryable, caller: CallerIdentity, asked: Rotation): Promise<RotatedKey> {
    const rotated = await this.register.rotate(tx, { ...asked, drawnBy: drawnBy(caller) });
    if ('refused' in rotated) throw problemOfRefusal(rotated);
    await this.#assertMayDraw(tx, caller, rotated.replaced);
    return rotated;
  }

  async #assertMayDraw(
    tx: Queryable,
    caller: CallerIdentity,
    { scopes, actor }: KeyAskedFor,
  ): Promise<void> {
    if (typeof actor === 'string') {
      return this.#assertWithinRoles(tx, caller, { scopes, actor });
    }
    if (caller.staffId === undefined) return refuseScopesBeyond(caller, scopes);
    const refused = scopes.filter((scope) => !forPrograms[scope]);
    if (refused.length === 0) return undefined;
    throw new ProblemError('scope-missing', {
      detail: `A member of staff draws no key for a program that sees people or decides (${refused.join(', ')}): a key of the installation does.`,
    });
  }

  async #assertWithinRoles(
    tx: Queryable,
    caller: CallerIdentity,
    { scopes, actor }: { readonly scopes: readonly Scope[]; readonly actor: string },
  ): Promise<void> {
    const { tenantId, staffId } = caller;
    if (staffId !== undefined && staffId !== actor) {
      throw new ProblemError('scope-missing', {
        detail: 'Whoever draws a key reads its text: a member of staff draws only their own.',
      });
    }
    // The same whoever draws it: an administrator has no key that sees people through the roles of another.
    const person = await this.staff.find(tx, { tenantId, staffId: actor });
    // Of an invented person there is a session to look at a role, and no key that lasts.
    if (person === undefined || person.dismissedAt !== null || person.isDemo) {
      throw new ProblemError('unprocessable', {
        errors: [{ pointer: '/actor', message: 'There is no such member of staff.' }],
      });
    }
    const held = scopesOfRoles(person.roles);
    const beyond = scopes.filter((scope) => !held.includes(scope));
    if (beyond.length > 0) throw beyondRoles(beyond);
    // A narrow key of nobody grants no more than it may itself.
    if (staffId === undefined) refuseScopesBeyond(caller, scopes);
  }
}
