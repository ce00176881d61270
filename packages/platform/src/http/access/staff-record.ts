import type { Role } from '@tact/contracts';

/** A member of staff as they are kept: name and address sealed under their own key. */
export type StaffRecord = {
  readonly staffId: string;
  readonly tenantId: string;
  readonly roles: readonly Role[];
  readonly language: 'fr' | 'en';
  readonly sealedName: string | null;
  readonly sealedEmail: string | null;
  readonly createdAt: Date;
  readonly dismissedAt: Date | null;
  readonly erasedAt: Date | null;
  /** Invented by the embedded platform, to look at a role. */
  readonly isDemo: boolean;
  /** Roles that a second person has yet to agree to. */
  readonly proposed: RolesProposed | null;
};

/** `at` in RFC 3339 UTC; `by` a member of staff. */
export type RolesProposed = {
  readonly roles: readonly Role[];
  readonly by: string;
  readonly at: string;
};

export type NewStaff = {
  readonly staffId: string;
  readonly tenantId: string;
  readonly name: string;
  /** In its canonical form. */
  readonly email: string;
  readonly roles: readonly Role[];
  readonly language: 'fr' | 'en';
  readonly isDemo?: boolean;
};

/** Who somebody is to their provider of identities: its `iss` and `sub`. */
export type ProviderAccount = { readonly issuer: string; readonly subject: string };

export type StaffAsked = { readonly tenantId: string; readonly staffId: string };
