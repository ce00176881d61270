import { Module } from '@nestjs/common';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AlertsController } from '../http/operations/alerts.http.ts';
import { ConsumerResetsController } from '../http/operations/consumer-resets.http.ts';
import { MailController, UncertainMailsController } from '../http/operations/mail.http.ts';
import { OperationsController } from '../http/operations/operations.http.ts';
import { OwnParkedRecordsController } from '../http/operations/own-parked-records.http.ts';
import { ParkedRecordsController } from '../http/operations/parked-records.http.ts';
import { ProjectionsController } from '../http/operations/projections.http.ts';
import { StoresController } from '../http/operations/stores.http.ts';
import { SweepController } from '../http/operations/sweep.http.ts';

/** A part of the platform under the class it is injected by. */
export type Part = { readonly provide: unknown; readonly useValue: unknown };

/** Routes that every service has. */
const everyServices: readonly Type[] = [
  OperationsController,
  ParkedRecordsController,
  OwnParkedRecordsController,
  ConsumerResetsController,
  AlertsController,
  ProjectionsController,
  SweepController,
  StoresController,
  MailController,
  UncertainMailsController,
];

/** Every controller of a service, without starting it. */
export const controllersOfService = (module: Type): readonly Type[] => [
  ...everyServices,
  ...((Reflect.getMetadata('controllers', module) as readonly Type[] | undefined) ?? []),
];

/** Gives the service's module what it may inject, and the routes every service has. */
@Module({})
export class PlatformModule {
  static around(service: Type, parts: readonly Part[]): DynamicModule {
    const providers = parts as readonly Provider[] as Provider[];
    return {
      module: PlatformModule,
      global: true,
      imports: [CqrsModule.forRoot(), service],
      controllers: [...everyServices],
      providers,
      exports: parts.map(({ provide }) => provide as Type),
    };
  }
}
