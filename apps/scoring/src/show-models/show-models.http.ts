import { Controller, Get, Header, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ModelCard, ModelList, ModelVersion } from '@tact/contracts';
import { Answers, ProblemError, RequireScope, Tenant } from '@tact/platform';
import { cardOf, summaryOf } from '../model-cards.ts';
import { ModelRegistry } from '../model-registry.ts';

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

@Controller('v1/models')
export class ShowModelsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: ModelRegistry,
  ) {}

  /** `GET /v1/models` with scope `scores:read`. */
  @Get()
  @RequireScope('scores:read')
  @Answers(ModelList)
  list(@Tenant() tenantId: string): Promise<ModelList> {
    return this.queries.execute(new ListModels(tenantId));
  }

  /** `GET /v1/models/current`: the card of the model that assesses this tenant's contacts. */
  @Get('current')
  @RequireScope('scores:read')
  @Answers(ModelCard)
  current(@Tenant() tenantId: string): Promise<ModelCard> {
    return this.queries.execute(new ShowModel(tenantId, undefined));
  }

  /** `GET /v1/models/{version}`. */
  @Get(':version')
  @RequireScope('scores:read')
  @Answers(ModelCard)
  show(
    @Tenant() tenantId: string,
    @Param('version', { schema: ModelVersion }) version: string,
  ): Promise<ModelCard> {
    return this.queries.execute(new ShowModel(tenantId, version));
  }

  /** `GET /v1/models/{version}/reliability.svg`: 404 for a model that was not measured. */
  @Get(':version/reliability.svg')
  @RequireScope('scores:read')
  @Header('content-type', 'image/svg+xml; charset=utf-8')
  async reliability(
    @Tenant() tenantId: string,
    @Param('version', { schema: ModelVersion }) version: string,
  ): Promise<string> {
    const svg = await this.registry.svgOf(tenantId, version);
    if (svg === undefined) throw new ProblemError('not-found');
    return svg;
  }
}
