/** The request that a method of GKE's audit log names. */
export type Called = {
  readonly verb: string;
  readonly objectRef:
    | {
        readonly resource: string;
        readonly subresource?: string;
        readonly apiGroup?: string;
        readonly apiVersion?: string;
        readonly namespace?: string;
        readonly name?: string;
      }
    | undefined;
};

const VERSION = /^v\d{1,3}(?:(?:alpha|beta)\d{1,3})?$/;

/**
 * `io.k8s.core.v1.pods.exec.create` and `core/v1/namespaces/NS/pods/NAME/exec`: the method names the kind, the resource
 * name its group, namespace and name. A method without a version is no request for an object.
 */
export function calledOf(method: string, resourceName: string | undefined): Called {
  const parts = method.split('.');
  const verb = parts.at(-1) ?? '';
  const version = parts.findIndex((part, i) => i > 0 && VERSION.test(part));
  const resource = parts[version + 1];
  if (version < 0 || resource === undefined || version + 2 >= parts.length) return { verb, objectRef: undefined };
  const subresource = parts.slice(version + 2, -1).join('/');
  return {
    verb,
    objectRef: { resource, ...(subresource === '' ? {} : { subresource }), ...placeOf(resource, resourceName) },
  };
}

type Placed = Omit<NonNullable<Called['objectRef']>, 'resource' | 'subresource'>;

function placeOf(resource: string, resourceName: string | undefined): Placed {
  const [group = '', version = '', ...rest] = resourceName?.split('/') ?? [];
  if (!VERSION.test(version)) return {};
  const inNamespace = rest[0] === 'namespaces' && resource !== 'namespaces';
  // A namespace is its own, as the API server has it.
  const namespace = rest[0] === 'namespaces' ? rest[1] : undefined;
  const name = inNamespace ? rest[3] : rest[1];
  return {
    apiVersion: version,
    ...(group === 'core' || group === '' ? {} : { apiGroup: group }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
}
