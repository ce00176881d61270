import { Module } from '@nestjs/common';
import { ProjectionStand, provideProjection } from '@tact/platform';
import {
  OpenDataRequestController,
  ReceiveDataRequestHandler,
} from './open-data-request/open-data-request.http.ts';
import { DataRequestProjection } from './show-data-request/data-request.projection.ts';
import {
  ShowDataRequestController,
  ShowDataRequestHandler,
} from './show-data-request/show-data-request.http.ts';

/** The rights of the person: data requests and their legal clock. */
@Module({
  controllers: [OpenDataRequestController, ShowDataRequestController],
  providers: [
    ReceiveDataRequestHandler,
    ShowDataRequestHandler,
    ProjectionStand,
    DataRequestProjection,
    provideProjection(DataRequestProjection),
  ],
})
export class ComplianceModule {}
