import { Module } from '@nestjs/common';
import { ProjectionPosition, provideProjection } from '@tact/platform';
import { auditParts } from './audit/audit-parts.ts';
import { ExportAuditController } from './audit/export-audit.http.ts';
import { ListAuditEventsController } from './audit/list-audit-events.http.ts';
import { CreateApiKeyController, CreateApiKeyHandler } from './api-keys/create-api-key.http.ts';
import { ListApiKeysController, ListApiKeysHandler } from './api-keys/list-api-keys.http.ts';
import {
  OpenDataRequestController,
  ReceiveDataRequestHandler,
} from './data-requests/open-data-request.http.ts';
import { RevokeApiKeyController, RevokeApiKeyHandler } from './api-keys/revoke-api-key.http.ts';
import { RotateApiKeyController, RotateApiKeyHandler } from './api-keys/rotate-api-key.http.ts';
import {
  ListPublicSigningKeysHandler,
  PublicSigningKeysController,
} from './signatures/public-signing-keys.http.ts';
import { DataRequestProjection } from './data-requests/data-request.projection.ts';
import {
  ShowDataRequestController,
  ShowDataRequestHandler,
} from './data-requests/show-data-request.http.ts';

/** The rights of the person: data requests and their legal clock. Also who may call, and the audit of it. */
@Module({
  controllers: [
    OpenDataRequestController,
    ShowDataRequestController,
    CreateApiKeyController,
    ListApiKeysController,
    RotateApiKeyController,
    RevokeApiKeyController,
    PublicSigningKeysController,
    ListAuditEventsController,
    ExportAuditController,
  ],
  providers: [
    CreateApiKeyHandler,
    ListApiKeysHandler,
    RotateApiKeyHandler,
    RevokeApiKeyHandler,
    ListPublicSigningKeysHandler,
    ReceiveDataRequestHandler,
    ShowDataRequestHandler,
    ProjectionPosition,
    DataRequestProjection,
    provideProjection(DataRequestProjection),
    ...auditParts,
  ],
})
export class ComplianceModule {}
