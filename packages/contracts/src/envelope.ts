/** A stored or transmitted fact: CloudEvents 1.0 names, so that any reader of the log knows them. */
export type EventEnvelope<Type extends string = string, Data = unknown> = {
  /** A uuid: version 7, or derived from the fact itself where redelivery must be a no-op. */
  readonly id: string;
  /** The service that recorded the fact, e.g. `ingestion`. */
  readonly source: string;
  readonly type: Type;
  /** The person the fact is about (a contact id or a data request id): personal fields are sealed under this key. */
  readonly subject: string;
  /** When it happened, RFC 3339 UTC. */
  readonly time: string;
  /** `urn:tact:event:<type>:<version>`. */
  readonly dataschema: string;
  readonly tenantid: string;
  readonly correlationid: string;
  readonly causationid: string;
  /**
   * Who did it: a member of staff (`st_…`), or else the API key (`ak_…`), or the system (`system:…`). Absent where nobody of ours acted: WhatsApp
   * said it, a person asked for it, or it follows from another event, whose actor `causationid` leads to.
   */
  readonly actorid?: string;
  readonly traceparent?: string;
  readonly data: Data;
};
