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
  technique(
    9003,
    'Kubeconfig file',
    ['Initial Access'],
    ['a16-masters-*', 'a16-controller-*', 'a16-api-server-*', 'a01-*-address-first-seen', 'a08-credential-from-*'],
  ),
  technique(9004, 'Application vulnerability', ['Initial Access'], [], INSIDE),
  technique(
    9005,
    'Exposed sensitive interfaces',
    ['Initial Access', 'Discovery'],
    [
      'a04-anonymous-bound',
      'a05-*',
      'a15-*published',
      'a15-external-ips',
      'e01-unknown-address-*',
      'e13-*-without-tls',
      'e13-listens-*',
      'e13-no-client-certificates',
      'e13-old-api-or-profiling',
      'e21-*',
    ],
  ),
  technique(
    9006,
    'Exec into container',
    ['Execution'],
    ['a02-*pod-enter*', 'a14-command-through-kubelet', 'a19-*-then-entered'],
  ),
  technique(9007, 'bash/cmd inside container', ['Execution'], ['a02-*command*']),
  technique(
    9008,
    'New container',
    ['Execution'],
    ['a02-ephemeral-container*', 'a12-*-made', 'a12-workload-*', 'a19-pod-made-*', 'e05-workload-*-unexplained'],
  ),
  technique(9009, 'Application exploit (RCE)', ['Execution'], [], INSIDE),
  technique(9010, 'SSH server running inside container', ['Execution'], [], INSIDE),
  technique(9011, 'Sidecar injection', ['Execution'], ['a12-*image*', 'a12-managed-workload-changed']),
  technique(9012, 'Backdoor container', ['Persistence'], ['a12-daemonset-*', 'a12-workload-*', 'a12-managed-*']),
  technique(
    9013,
    'Writable hostPath mount',
    ['Persistence', 'Privilege Escalation', 'Lateral Movement'],
    ['a03-sensitive-*', 'a03-*-mounted'],
  ),
  technique(9014, 'Kubernetes CronJob', ['Persistence'], ['a12-cronjob-*']),
  technique(
    9015,
    'Malicious admission controller',
    ['Persistence', 'Credential Access'],
    ['a10-admission-*', 'a10-objects-sent-outside', 'e05-privileged-*-unexplained'],
  ),
  technique(
    9016,
    'Container service account',
    ['Persistence', 'Credential Access', 'Lateral Movement'],
    ['a02-command-reads-credentials', 'a08-*', 'a19-token-then-*'],
  ),
  technique(9017, 'Static pods', ['Persistence'], ['a12-static-pod*']),
  technique(
    9018,
    'Privileged container',
    ['Privilege Escalation'],
    [
      'a03-privileged-*',
      'a03-dangerous-*',
      'a03-host-*',
      'a03-confinement-*',
      'a03-node-access-*',
      'a19-powerful-pod-then-*',
    ],
  ),
  technique(
    9019,
    'Cluster-admin binding',
    ['Privilege Escalation'],
    [
      'a04-cluster-admin-*',
      'a04-everybody-*',
      'a04-wide-role-*',
      'a04-*role-leads-*',
      'a04-system-role-*',
      'a04-default-role-*',
      'a04-escalation-*',
      'a04-rbac-change-*',
      'a19-administrator-*',
      'a19-rights-then-use',
      'e05-privileged-*-unexplained',
    ],
  ),
  technique(
    9020,
    'Access cloud resources',
    ['Privilege Escalation', 'Lateral Movement'],
    ['a02-command-asks-metadata', 'a13-cloud-*'],
  ),
  technique(9021, 'Clear container logs', ['Defense Evasion'], [], INSIDE),
  technique(9022, 'Delete events', ['Defense Evasion'], ['a11-event*', 'e18-events-*', 'e05-event-*-unexplained']),
  technique(9023, 'Pod or container name similarity', ['Defense Evasion'], []),
  technique(9024, 'Connect from proxy server', ['Defense Evasion'], []),
  technique(
    9025,
    'List Kubernetes secrets',
    ['Credential Access'],
    ['a01-*', 'a19-search-*', 'e02-*', 'e03-*', 'e04-*-secrets', 'e06-*'],
  ),
  technique(9026, 'Mount service principal', ['Credential Access'], ['a03-sensitive-host-path', 'a03-*-files-mounted']),
  technique(
    9027,
    'Application credentials in configuration files',
    ['Credential Access', 'Lateral Movement'],
    ['a02-command-reads-credentials'],
  ),
  technique(9028, 'Access managed identity credentials', ['Credential Access'], ['a02-command-asks-metadata']),
  technique(9029, 'Access the Kubernetes API server', ['Discovery'], ['a05-*', 'a06-*']),
  technique(9030, 'Access Kubelet API', ['Discovery'], ['a14-*kubelet*', 'a14-debug-path']),
  technique(9031, 'Network mapping', ['Discovery'], [], NETWORK),
  technique(9033, 'Instance metadata API', ['Discovery'], ['a02-command-asks-metadata']),
  technique(9034, 'Cluster internal networking', ['Lateral Movement'], ['a14-*-proxied'], NETWORK),
  technique(9035, 'CoreDNS poisoning', ['Lateral Movement'], ['a13-dns-*']),
  technique(9036, 'ARP poisoning and IP spoofing', ['Lateral Movement'], [], NETWORK),
  technique(9037, 'Images from a private registry', ['Collection'], [], REGISTRY),
  technique(9038, 'Data destruction', ['Impact'], ['a17-*', 'e07-unguarded-write', 'e18-range-*']),
  technique(9039, 'Resource hijacking', ['Impact'], [], INSIDE),
  technique(9040, 'Denial of service', ['Impact'], ['e16-*', 'e17-*', 'e18-lease-*', 'e19-lease-flood']),
  technique(
    9041,
    'Collecting data from pod',
    ['Collection'],
    ['a02-files-copied', 'a02-*pod-enter*', 'a02-command-reads-credentials'],
  ),
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
