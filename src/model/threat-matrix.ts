/** A technique of Microsoft's threat matrix for Kubernetes, and what of the shipped rules finds it. */
export type MatrixTechnique = {
  readonly id: string;
  readonly name: string;
  readonly tactics: readonly MatrixTactic[];
  /** Names of rule files without their ending; `*` stands for any text. */
  readonly rules: readonly string[];
  /** Why no audit log can show it, where none can. */
  readonly unseen?: string;
};

export const MATRIX_TACTICS = [
  'Initial Access',
  'Execution',
  'Persistence',
  'Privilege Escalation',
  'Defense Evasion',
  'Credential Access',
  'Discovery',
  'Lateral Movement',
  'Collection',
  'Impact',
] as const;
export type MatrixTactic = (typeof MATRIX_TACTICS)[number];

const INSIDE = 'happens inside a container or on a node';
const NETWORK = 'happens on the network between pods';
const REGISTRY = 'happens at the image registry';
const CLOUD = "stands in the cloud's own log";

/** Source: microsoft.github.io/Threat-Matrix-for-Kubernetes, MS-TA9001 to MS-TA9041 (MS-TA9032 is not given). */
export const THREAT_MATRIX: readonly MatrixTechnique[] = [
  technique(9001, 'Using cloud credentials', ['Initial Access'], [], CLOUD),
  technique(9002, 'Compromised image in registry', ['Initial Access'], [], REGISTRY),
  technique(9003, 'Kubeconfig file', ['Initial Access'], []),
  technique(9004, 'Application vulnerability', ['Initial Access'], [], INSIDE),
  technique(
    9005,
    'Exposed sensitive interfaces',
    ['Initial Access', 'Discovery'],
    [
      'a04-anonymous-bound',
      'a05-*',
      'e01-*',
      'e13-client-traffic-without-tls',
      'e13-listens-on-every-interface',
      'e13-no-client-certificates',
      'e13-old-api-or-profiling',
    ],
  ),
  technique(9006, 'Exec into container', ['Execution'], ['a02-*pod-enter*']),
  technique(9007, 'bash/cmd inside container', ['Execution'], ['a02-*command*']),
  technique(9008, 'New container', ['Execution'], ['a02-ephemeral-container*', 'a12-*workload*']),
  technique(9009, 'Application exploit (RCE)', ['Execution'], [], INSIDE),
  technique(9010, 'SSH server running inside container', ['Execution'], [], INSIDE),
  technique(9011, 'Sidecar injection', ['Execution'], ['a12-*sidecar*', 'a12-*image*']),
  technique(9012, 'Backdoor container', ['Persistence'], ['a12-*daemonset*', 'a12-*workload*']),
  technique(
    9013,
    'Writable hostPath mount',
    ['Persistence', 'Privilege Escalation', 'Lateral Movement'],
    ['a03-*host-path*', 'a03-*mounted', 'a03-sensitive-*'],
  ),
  technique(9014, 'Kubernetes CronJob', ['Persistence'], ['a12-*cronjob*']),
  technique(
    9015,
    'Malicious admission controller',
    ['Persistence', 'Credential Access'],
    ['a10-*webhook*', 'a10-*admission*'],
  ),
  technique(
    9016,
    'Container service account',
    ['Persistence', 'Credential Access', 'Lateral Movement'],
    ['a02-command-reads-credentials', 'a08-*'],
  ),
  technique(9017, 'Static pods', ['Persistence'], ['a12-*mirror*', 'a12-*static*']),
  technique(
    9018,
    'Privileged container',
    ['Privilege Escalation'],
    ['a03-privileged-*', 'a03-dangerous-capabilities', 'a03-host-*', 'a03-confinement-*'],
  ),
  technique(
    9019,
    'Cluster-admin binding',
    ['Privilege Escalation'],
    [
      'a04-cluster-admin-bound',
      'a04-everybody-bound',
      'a04-role-leads-to-everything',
      'a04-system-role-changed',
      'a04-escalation-refused',
    ],
  ),
  technique(
    9020,
    'Access cloud resources',
    ['Privilege Escalation', 'Lateral Movement'],
    ['a02-command-asks-metadata'],
  ),
  technique(9021, 'Clear container logs', ['Defense Evasion'], [], INSIDE),
  technique(9022, 'Delete events', ['Defense Evasion'], ['e07-events-deleted', 'a11-*event*']),
  technique(9023, 'Pod or container name similarity', ['Defense Evasion'], []),
  technique(9024, 'Connect from proxy server', ['Defense Evasion'], []),
  technique(9025, 'List Kubernetes secrets', ['Credential Access'], ['a01-*', 'e02-*', 'e03-*']),
  technique(9026, 'Mount service principal', ['Credential Access'], ['a03-*host-path*', 'a03-*files-mounted']),
  technique(
    9027,
    'Application credentials in configuration files',
    ['Credential Access', 'Lateral Movement'],
    ['a02-command-reads-credentials'],
  ),
  technique(9028, 'Access managed identity credentials', ['Credential Access'], ['a02-command-asks-metadata']),
  technique(9029, 'Access the Kubernetes API server', ['Discovery'], ['a05-*', 'a06-*']),
  technique(9030, 'Access Kubelet API', ['Discovery'], ['a14-*']),
  technique(9031, 'Network mapping', ['Discovery'], [], NETWORK),
  technique(9033, 'Instance metadata API', ['Discovery'], ['a02-command-asks-metadata']),
  technique(9034, 'Cluster internal networking', ['Lateral Movement'], [], NETWORK),
  technique(9035, 'CoreDNS poisoning', ['Lateral Movement'], ['a13-*dns*']),
  technique(9036, 'ARP poisoning and IP spoofing', ['Lateral Movement'], [], NETWORK),
  technique(9037, 'Images from a private registry', ['Collection'], [], REGISTRY),
  technique(9038, 'Data destruction', ['Impact'], ['e07-unguarded-write', 'e18-*', 'a17-*']),
  technique(9039, 'Resource hijacking', ['Impact'], [], INSIDE),
  technique(9040, 'Denial of service', ['Impact'], ['e16-*', 'e17-*']),
  technique(9041, 'Collecting data from pod', ['Collection'], ['a02-*pod-enter*', 'a02-command-reads-credentials']),
];

function technique(
  number: number,
  name: string,
  tactics: readonly MatrixTactic[],
  rules: readonly string[],
  unseen?: string,
): MatrixTechnique {
  return { id: `MS-TA${number}`, name, tactics, rules, ...(unseen === undefined ? {} : { unseen }) };
}
