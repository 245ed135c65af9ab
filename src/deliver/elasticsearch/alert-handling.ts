import type { Client } from '@elastic/elasticsearch';
import { KeywardenError } from '../../errors.ts';
import type { Handling, Status, StatusChange } from '../../model/alert.ts';
import { alertNow, alertsByPrefix, type FoundAlert } from './alert-search.ts';
import { statusOf } from './client.ts';

/** What an analyst says of an alert. */
export type Verdict = Omit<StatusChange, 'status'> & { readonly status: Exclude<Status, 'open'> };

/** Changes that may be kept of one alert. */
const MAX_HISTORY = 200;
/** While matches come in the alert changes about once a second under our hands. */
const TRIES = 20;

/** The one alert whose id begins like this. Throws USAGE where there is none, or more than one. */
export async function alertOfId(client: Client, index: string, prefix: string): Promise<FoundAlert> {
  if (prefix === '') throw new KeywardenError('USAGE', 'an id is empty; "keywarden alerts list" shows them');
  const [alert, ...others] = await alertsByPrefix(client, index, prefix);
  if (alert === undefined)
    throw new KeywardenError(
      'USAGE',
      `no alert has an id that begins with ${prefix}; "keywarden alerts list --status all --silenced" shows all`,
    );
  if (others.length === 0) return alert;
  const ids = [alert, ...others].map(found => found.alert.event.id).join(', ');
  throw new KeywardenError(
    'USAGE',
    `more than one alert has an id that begins with ${prefix}: ${ids}; give more of it`,
  );
}

/**
 * Writes the verdict into the alert, against the state that was read, so that neither another analyst's word nor a
 * further match is lost. Throws USAGE where the alert is closed already, ELASTICSEARCH where it changes too fast.
 */
export async function handle(client: Client, index: string, prefix: string, verdict: Verdict): Promise<FoundAlert> {
  const meant = await alertOfId(client, index, prefix);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await alertNow(client, meant);
    if (found === undefined)
      throw new KeywardenError('USAGE', `the alert ${meant.alert.event.id} was deleted meanwhile`);
    const { status, history = [], by } = found.alert.keywarden.alert;
    const { id } = found.alert.event;
    if (status === 'closed')
      throw new KeywardenError('USAGE', `${id} was closed already${by === undefined ? '' : ` by ${by}`}`);
    const fields: Partial<Handling> & { readonly status: Status } = {
      status: verdict.status,
      by: verdict.by,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      ...(verdict.note === undefined ? {} : { note: verdict.note }),
      history: [...history, verdict].slice(-MAX_HISTORY),
    };
    if (await written(client, found, { keywarden: { alert: fields } })) return found;
  }
  throw new KeywardenError('ELASTICSEARCH', `the alert ${prefix} changed under our hands ${TRIES} times; try again`);
}

/** Whether nobody has written the alert since it was read. */
async function written(
  client: Client,
  { alert, index, seqNo, primaryTerm }: FoundAlert,
  doc: object,
): Promise<boolean> {
  try {
    await client.transport.request({
      method: 'POST',
      path: `/${index}/_update/${alert.event.id}`,
      querystring: { if_seq_no: seqNo, if_primary_term: primaryTerm, refresh: 'wait_for' },
      body: { doc },
    });
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
    throw error;
  }
}
