import { Module } from '@nestjs/common';
import { ProjectionStand, provideProjection } from '@tact/platform';
import {
  CreateApiKeyController,
  CreateApiKeyHandler,
} from './create-api-key/create-api-key.http.ts';
import { ListApiKeysController, ListApiKeysHandler } from './list-api-keys/list-api-keys.http.ts';
import {
  OpenDataRequestController,
  ReceiveDataRequestHandler,
} from './open-data-request/open-data-request.http.ts';
import {
  RevokeApiKeyController,
  RevokeApiKeyHandler,
} from './revoke-api-key/revoke-api-key.http.ts';
import {
  RotateApiKeyController,
  RotateApiKeyHandler,
} from './rotate-api-key/rotate-api-key.http.ts';
import { DataRequestProjection } from './show-data-request/data-request.projection.ts';
import {
  ShowDataRequestController,
  ShowDataRequestHandler,
} from './show-data-request/show-data-request.http.ts';

/** The rights of the person: data requests and their legal clock. Also who may call, and the audit of it. */
@Module({
  controllers: [
    OpenDataRequestController,
    ShowDataRequestController,
    CreateApiKeyController,
    ListApiKeysController,
    RotateApiKeyController,
    RevokeApiKeyController,
  ],
  providers: [
    CreateApiKeyHandler,
    ListApiKeysHandler,
    RotateApiKeyHandler,
    RevokeApiKeyHandler,
    ReceiveDataRequestHandler,
    ShowDataRequestHandler,
    ProjectionStand,
    DataRequestProjection,
    provideProjection(DataRequestProjection),
  ],
})
export class ComplianceModule {}
