import { hash } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { KeywardenError } from '../../errors.ts';
import { targets } from './body.ts';
import { statusOf } from './client.ts';
import { alertMappings, etcdMappings, filterMappings, kubernetesMappings } from './mappings.ts';

/** One thing that setup looks after, and whether it had to do something. */
export type SetupStep = { readonly name: string; readonly done: 'created' | 'updated' | 'unchanged' };

/** Above the templates that an installed Elastic integration brings (200), for our namespace alone. */
const PRIORITY = 500;

type Template = { readonly name: string; readonly body: Readonly<Record<string, unknown>> };

/** Creates or updates the index templates of a namespace and its first alert index. A second run changes nothing. */
export async function setUpElasticsearch(
  client: Client,
  namespace: string,
  retention: string,
): Promise<readonly SetupStep[]> {
  const steps: SetupStep[] = [];
  for (const component of componentsOf(namespace, retention)) {
    steps.push(await put(client, '_component_template', component));
  }
  for (const template of templatesOf(namespace)) steps.push(await put(client, '_index_template', template));
  steps.push(await setUpAlertIndex(client, targets(namespace).alerts));
  return steps;
}

/** Throws unless `setup` has run for the namespace: without its templates the first document would make a wrong mapping. */
export async function assertSetUp(client: Client, namespace: string): Promise<void> {
  const absent: string[] = [];
  for (const { name } of templatesOf(namespace)) {
    if ((await stored(client, '_index_template', name)) === undefined) absent.push(name);
  }
  if (absent.length === 0) return;
  const names = absent.join(', ');
  throw new KeywardenError(
    'CONFIG',
    `Elasticsearch lacks the index template ${names}; run "keywarden setup" once, with the same configuration`,
  );
}

const componentsOf = (namespace: string, retention: string): readonly Template[] => [
  {
    name: `keywarden-events-${namespace}`,
    body: {
      template: {
        settings: { 'index.codec': 'best_compression', 'index.auto_expand_replicas': '0-1' },
        lifecycle: { data_retention: retention },
      },
    },
  },
  {
    name: `keywarden-kubernetes-${namespace}`,
    body: { template: { mappings: kubernetesMappings } },
  },
  { name: `keywarden-etcd-${namespace}`, body: { template: { mappings: etcdMappings } } },
  { name: `keywarden-filters-${namespace}`, body: { template: { mappings: filterMappings } } },
  {
    name: `keywarden-alerts-${namespace}`,
    body: { template: { settings: { 'index.auto_expand_replicas': '0-1' }, mappings: alertMappings } },
  },
];

function templatesOf(namespace: string): readonly Template[] {
  const { kubernetes, etcd, alerts, filters } = targets(namespace);
  const stream = (index: string, mappings: string): Template => ({
    name: index,
    body: {
      index_patterns: [index],
      priority: PRIORITY,
      data_stream: {},
      composed_of: [`keywarden-events-${namespace}`, mappings],
    },
  });
  return [
    stream(kubernetes, `keywarden-kubernetes-${namespace}`),
    stream(etcd, `keywarden-etcd-${namespace}`),
    stream(filters, `keywarden-filters-${namespace}`),
    {
      name: alerts,
      body: { index_patterns: [`${alerts}-*`], priority: PRIORITY, composed_of: [`keywarden-alerts-${namespace}`] },
    },
  ];
}

/** The stored template bears a hash of what was asked for; comparing that is exact, comparing what the server made of it is not. */
async function put(client: Client, kind: string, { name, body }: Template): Promise<SetupStep> {
  const version = hash('sha256', JSON.stringify(body), 'hex');
  const found = await stored(client, kind, name);
  const label = `${kind === '_index_template' ? 'index' : 'component'} template ${name}`;
  if (found === version) return { name: label, done: 'unchanged' };
  await client.transport.request({
    method: 'PUT',
    path: `/${kind}/${name}`,
    body: { ...body, _meta: { managed_by: 'keywarden', sha256: version } },
  });
  return { name: label, done: found === undefined ? 'created' : 'updated' };
}

type Stored = {
  readonly component_templates?: readonly { readonly component_template: { readonly _meta?: Meta } }[];
  readonly index_templates?: readonly { readonly index_template: { readonly _meta?: Meta } }[];
};
type Meta = { readonly sha256?: unknown };

/** The hash that a stored template bears, '' for one that is not ours, undefined where there is none. */
async function stored(client: Client, kind: string, name: string): Promise<string | undefined> {
  try {
    const answer = (await client.transport.request({ method: 'GET', path: `/${kind}/${name}` })) as Stored;
    const template = answer.component_templates?.[0]?.component_template ?? answer.index_templates?.[0]?.index_template;
    return typeof template?._meta?.sha256 === 'string' ? template._meta.sha256 : '';
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Templates mean new indices alone; the alert indices that are there get the fields that came since. */
async function setUpAlertIndex(client: Client, alias: string): Promise<SetupStep> {
  const name = `alert index ${alias}-000001, alias ${alias}`;
  if (!(await client.indices.existsAlias({ name: alias }))) {
    await createAlertIndex(client, `${alias}-000001`, alias);
    return { name, done: 'created' };
  }
  const before = await mappingsOf(client, alias);
  await client.transport.request({ method: 'PUT', path: `/${alias}/_mapping`, body: alertMappings });
  return { name, done: (await mappingsOf(client, alias)) === before ? 'unchanged' : 'updated' };
}

/** An update of an alert whose index was deleted makes the index anew, without its alias. */
async function createAlertIndex(client: Client, index: string, alias: string): Promise<void> {
  if (await client.indices.exists({ index }))
    await client.indices.putAlias({ index, name: alias, is_write_index: true });
  else await client.indices.create({ index, aliases: { [alias]: { is_write_index: true } } });
}

const mappingsOf = async (client: Client, alias: string): Promise<string> =>
  JSON.stringify(await client.transport.request({ method: 'GET', path: `/${alias}/_mapping` }));
