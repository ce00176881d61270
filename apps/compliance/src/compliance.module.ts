import { Module } from '@nestjs/common';
import { ProjectionPosition, provideJobHandler, provideMailKind } from '@tact/platform';
import { auditParts } from './audit/audit-parts.ts';
import { ExportAuditController } from './audit/export-audit.http.ts';
import { ListAuditEventsController } from './audit/list-audit-events.http.ts';
import { CreateApiKeyController, CreateApiKeyHandler } from './api-keys/create-api-key.http.ts';
import { ListApiKeysController, ListApiKeysHandler } from './api-keys/list-api-keys.http.ts';
import { ChangeTenantController, ChangeTenantHandler } from './tenants/change-tenant.http.ts';
import { CreateTenantController, CreateTenantHandler } from './tenants/create-tenant.http.ts';
import { FirstKeys } from './tenants/first-keys.ts';
import { FirstTenant } from './tenants/first-tenant.ts';
import { ListTenantsController, ListTenantsHandler } from './tenants/list-tenants.http.ts';
import { ShowTenantController, ShowTenantHandler } from './tenants/show-tenant.http.ts';
import { TenantChanges } from './tenants/tenant-changes.ts';
import { RevokeApiKeyController, RevokeApiKeyHandler } from './api-keys/revoke-api-key.http.ts';
import { RotateApiKeyController, RotateApiKeyHandler } from './api-keys/rotate-api-key.http.ts';
import {
  ListPublicSigningKeysHandler,
  PublicSigningKeysController,
} from './signatures/public-signing-keys.http.ts';
import { KeyOwners } from './api-keys/key-owners.ts';
import { dataRequestControllers, dataRequestParts } from './data-requests/data-request-parts.ts';
import { SessionPeople } from './sessions/current-session.ts';
import {
  EndCurrentSessionHandler,
  EndSessionController,
  EndSessionHandler,
} from './sessions/end-session.http.ts';
import { ListSessionsController, ListSessionsHandler } from './sessions/list-sessions.http.ts';
import { LoginCodes } from './login/login-codes.ts';
import { LoginLinks } from './login/login-links.ts';
import { LoginMails } from './login/login-mails.ts';
import { MakeLoginLinkController, MakeLoginLinkHandler } from './sessions/make-login-link.http.ts';
import { OpenSessionController, OpenSessionHandler } from './sessions/open-session.http.ts';
import { SignInAttempts } from './sessions/oidc/attempts.ts';
import { HandOver } from './sessions/oidc/hand-over.ts';
import { ProvidedPeople } from './sessions/oidc/provided-people.ts';
import { IdentityProvider } from './sessions/oidc/provider.ts';
import {
  BeginSignInHandler,
  EndSignInHandler,
  SignInController,
} from './sessions/oidc/sign-in.http.ts';
import { SessionEnding } from './sessions/session-ending.ts';
import { SignTokenController, SignTokenHandler } from './sessions/sign-token.http.ts';
import { ApproveRolesController, ApproveRolesHandler } from './staff/approve-roles.http.ts';
import { AdministrativeKeys } from './api-keys/administrative-keys.ts';
import {
  ApproveProposalHandler,
  DecideProposalController,
  DeclineProposalHandler,
} from './proposals/decide-proposal.http.ts';
import { DecideProposals } from './proposals/decide-proposals.ts';
import { ProposalViews } from './proposals/proposal-views.ts';
import { SecondPerson } from './proposals/second-person.ts';
import {
  ListProposalsHandler,
  ShowProposalHandler,
  ShowProposalsController,
} from './proposals/show-proposals.http.ts';
import { WaitingProposals } from './proposals/waiting-proposals.ts';
import { DestroyStaffKeys } from './staff/destroy-staff-keys.ts';
import { StaffErasure } from './staff/staff-erasure.ts';
import { EraseStaffController, EraseStaffHandler } from './staff/erase-staff.http.ts';
import { WeightyRoles } from './staff/weighty-roles.ts';
import { NewFirstKeyController, NewFirstKeyHandler } from './tenants/new-first-key.http.ts';
import { AddStaffController, AddStaffHandler } from './staff/add-staff.http.ts';
import {
  ChangeStaffController,
  ChangeStaffHandler,
  DismissStaffHandler,
} from './staff/change-staff.http.ts';
import {
  ListStaffHandler,
  ShowStaffController,
  ShowStaffHandler,
} from './staff/show-staff.http.ts';

/** The rights of the person: data requests and their legal clock. Also who may call, and the audit of it. */
@Module({
  controllers: [
    ...dataRequestControllers,
    AddStaffController,
    ShowStaffController,
    ChangeStaffController,
    ApproveRolesController,
    EraseStaffController,
    ShowProposalsController,
    DecideProposalController,
    NewFirstKeyController,
    MakeLoginLinkController,
    OpenSessionController,
    SignTokenController,
    EndSessionController,
    ListSessionsController,
    SignInController,
    CreateApiKeyController,
    ListApiKeysController,
    RotateApiKeyController,
    RevokeApiKeyController,
    PublicSigningKeysController,
    CreateTenantController,
    ListTenantsController,
    ShowTenantController,
    ChangeTenantController,
    ListAuditEventsController,
    ExportAuditController,
  ],
  providers: [
    EraseStaffHandler,
    DestroyStaffKeys,
    provideJobHandler(DestroyStaffKeys),
    AdministrativeKeys,
    ProposalViews,
    SecondPerson,
    DecideProposals,
    StaffErasure,
    WaitingProposals,
    ListProposalsHandler,
    ShowProposalHandler,
    ApproveProposalHandler,
    DeclineProposalHandler,
    WeightyRoles,
    ApproveRolesHandler,
    NewFirstKeyHandler,
    AddStaffHandler,
    ListStaffHandler,
    ShowStaffHandler,
    ChangeStaffHandler,
    DismissStaffHandler,
    SessionPeople,
    SessionEnding,
    LoginCodes,
    LoginMails,
    provideMailKind(LoginMails),
    LoginLinks,
    MakeLoginLinkHandler,
    OpenSessionHandler,
    SignTokenHandler,
    EndCurrentSessionHandler,
    EndSessionHandler,
    ListSessionsHandler,
    IdentityProvider,
    SignInAttempts,
    ProvidedPeople,
    HandOver,
    BeginSignInHandler,
    EndSignInHandler,
    KeyOwners,
    CreateApiKeyHandler,
    ListApiKeysHandler,
    RotateApiKeyHandler,
    RevokeApiKeyHandler,
    ListPublicSigningKeysHandler,
    TenantChanges,
    FirstTenant,
    FirstKeys,
    CreateTenantHandler,
    ListTenantsHandler,
    ShowTenantHandler,
    ChangeTenantHandler,
    ...dataRequestParts,
    ProjectionPosition,
    ...auditParts,
  ],
})
export class ComplianceModule {}
