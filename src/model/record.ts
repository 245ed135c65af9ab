/** Where a record came from, as it stands in documents, alerts and dead letters. `line` counts from 1; `item` from 0, inside an EventList. */
export type Origin =
  | { readonly file: string; readonly line: number; readonly item?: number }
  | { readonly topic: string; readonly partition: number; readonly offset: number; readonly item?: number };

/** The bytes of one log entry as they came, and what is known of them from outside. */
export type LogRecord = {
  readonly bytes: Buffer;
  readonly origin: Origin;
  /** `orchestrator.cluster.name`, from the topic's configuration or the command line; two clusters never share state. */
  readonly cluster: string | undefined;
  /** When Kafka or the shipper took the record, in milliseconds since 1970; stands in where an event has no time of its own. */
  readonly receivedAt: number | undefined;
  /** It was judged when it was read before: its documents are delivered again, its alerts are there. */
  readonly wasJudged?: boolean;
};
