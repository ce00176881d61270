import { Injectable } from '@nestjs/common';
import { isAdministrative, type Scope } from '@tact/contracts';
import {
  ApiKeyRegister,
  type CallerIdentity,
  currentContext,
  Database,
  Proposals,
  type Queryable,
} from '@tact/platform';

/** That a second person agreed to a key; undefined where one alone makes it. */
export type KeyLicence = Awaited<ReturnType<Proposals['licence']>>;

type Asked = {
  /** Free text: it stands in the content alone, for as long as that waits, and in no event. */
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly content: Readonly<Record<string, string | undefined>>;
  readonly proposedBy: string | undefined;
};

/** Whoever holds a key with an administrative scope decides who else may do what: it is made by two, where there are two. */
@Injectable()
export class AdministrativeKeys {
  constructor(
    private readonly proposals: Proposals,
    private readonly register: ApiKeyRegister,
    private readonly database: Database,
  ) {}

  get queryable(): Queryable {
    return this.database.queryable;
  }

  isOne(scopes: readonly Scope[]): boolean {
    return scopes.some((scope) => isAdministrative[scope]);
  }

  /** A call repeated with its idempotency key names the key it made, and makes none. */
  async isRepeated(): Promise<boolean> {
    const { commandId } = currentContext() ?? {};
    return commandId !== undefined && this.register.isMade(this.queryable, commandId);
  }

  licence(
    caller: CallerIdentity,
    { label, scopes, content, proposedBy }: Asked,
  ): Promise<KeyLicence> {
    const administrative = scopes.filter((scope) => isAdministrative[scope]);
    return this.proposals.licence(caller, {
      kind: 'administrative-key',
      about: administrative.toSorted().join(', '),
      content: { label, ...content },
      proposedBy,
    });
  }

  spend(tx: Queryable, licence: KeyLicence): Promise<void> {
    return this.proposals.spend(tx, licence);
  }
}
