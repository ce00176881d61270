import { Controller, Get, Header, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ModelCard, ModelList, ModelVersion, ReliabilityDiagram } from '@tact/contracts';
import {
  Answers,
  Describe,
  DisclosesNothing,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { cardOf, summaryOf } from './model-cards.ts';
import { ModelRegistry } from './model-registry.ts';

/** The models of a tenant, latest first. */
export class ListModels extends Query<ModelList> {
  constructor(readonly tenantId: string) {
    super();
  }
}

/** The card of one model; of the live one where no version is named. */
export class ShowModel extends Query<ModelCard> {
  constructor(
    readonly tenantId: string,
    readonly version: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListModels)
export class ListModelsHandler implements IQueryHandler<ListModels> {
  constructor(private readonly registry: ModelRegistry) {}

  async execute({ tenantId }: ListModels): Promise<ModelList> {
    return { items: (await this.registry.list(tenantId)).map(summaryOf) };
  }
}

@QueryHandler(ShowModel)
export class ShowModelHandler implements IQueryHandler<ShowModel> {
  constructor(private readonly registry: ModelRegistry) {}

  async execute({ tenantId, version }: ShowModel): Promise<ModelCard> {
    const row =
      version === undefined
        ? await this.registry.live(tenantId)
        : await this.registry.find(tenantId, version);
    if (!row) throw new ProblemError('not-found');
    return cardOf(row);
  }
}

const NamedVersion = ModelVersion.meta({ description: 'The version of a model of the tenant.' });

@Controller('v1/models')
export class ShowModelsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: ModelRegistry,
  ) {}

  @Get()
  @RequireScope('scores:read')
  @Describe({
    operationId: 'listModels',
    tag: 'Models',
    summary: 'Lists the models of the tenant',
    description: 'Latest first; the assumed one, which every tenant has, comes last.',
  })
  @Answers(ModelList, { description: 'The models.' })
  list(@Tenant() tenantId: string): Promise<ModelList> {
    return this.queries.execute(new ListModels(tenantId));
  }

  @Get('current')
  @RequireScope('scores:read')
  @Describe({
    operationId: 'showCurrentModel',
    tag: 'Models',
    summary: 'Shows the model that assesses the contacts',
  })
  @Answers(ModelCard, { description: 'The card of the live model.' })
  current(@Tenant() tenantId: string): Promise<ModelCard> {
    return this.queries.execute(new ShowModel(tenantId, undefined));
  }

  @Get(':version')
  @RequireScope('scores:read')
  @Describe({
    operationId: 'showModel',
    tag: 'Models',
    summary: 'Shows the card of a model',
  })
  @Answers(ModelCard, { description: 'The card.' })
  show(
    @Tenant() tenantId: string,
    @Param('version', { schema: NamedVersion }) version: string,
  ): Promise<ModelCard> {
    return this.queries.execute(new ShowModel(tenantId, version));
  }

  @Get(':version/reliability.svg')
  @RequireScope('scores:read')
  @Header('content-type', 'image/svg+xml; charset=utf-8')
  @DisclosesNothing('A drawing of numbers over many people, of none of them.')
  @Describe({
    operationId: 'showReliability',
    tag: 'Models',
    summary: 'Draws how reliable a model was',
    description:
      'Predicted against observed frequencies, on held-out people. A model that was not measured answers like a random version.',
  })
  @Answers(ReliabilityDiagram, { type: 'image/svg+xml', description: 'The diagram.' })
  async reliability(
    @Tenant() tenantId: string,
    @Param('version', { schema: NamedVersion }) version: string,
  ): Promise<string> {
    const svg = await this.registry.svgOf(tenantId, version);
    if (svg === undefined) throw new ProblemError('not-found');
    return svg;
  }
}
