import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FitModelRequest, ModelCard } from '@tact/contracts';
import {
  ActBook,
  Answers,
  Audited,
  Describe,
  Idempotent,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { Fits } from './fits.ts';

/** Fits a candidate to what the tenant's contacts did and told. */
export class FitModel extends Command<ModelCard> {
  constructor(
    readonly tenantId: string,
    readonly request: FitModelRequest,
  ) {
    super();
  }
}

@CommandHandler(FitModel)
export class FitModelHandler implements ICommandHandler<FitModel> {
  constructor(
    private readonly fits: Fits,
    private readonly acts: ActBook,
  ) {}

  async execute({ tenantId, request }: FitModel): Promise<ModelCard> {
    await this.acts.perform('model-fitted');
    return this.fits.begin(tenantId, request);
  }
}

@Controller('v1/models')
export class FitModelsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(202)
  @RequireScope('models:write')
  @Idempotent()
  @Audited('model-fitted')
  @Describe({
    operationId: 'fitModel',
    tag: 'Models',
    summary: 'Fits a candidate model in the background',
    description: 'Its card shows how it ends; it is not used until a person promotes it.',
    refuses: ['already-running', 'unprocessable'],
  })
  @Answers(ModelCard, { description: 'The card of the candidate.' })
  fit(
    @Tenant() tenantId: string,
    @Body({ schema: FitModelRequest }) request: FitModelRequest,
  ): Promise<ModelCard> {
    return this.commands.execute(new FitModel(tenantId, request));
  }
}
