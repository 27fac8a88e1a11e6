/**
 * What one needs to use an environment: the same keys on every cloud, all of them text.
 *
 * Commands are whole lines of the cloud's own command line, to be pasted into a shell.
 */
export interface EnvironmentOutputs {
  /** `aws`, `gcp`, `azure`, `ibm` or `kubernetes`. */
  readonly cloud: string;
  /** The cloud's own name of the region. */
  readonly region: string;
  /** Where data sets lie: `ML_DATASET_URI` of training. */
  readonly datasetsUri: string;
  /** Where published models lie: `ML_MODEL_URI` of training and serving. */
  readonly modelsUri: string;
  /** Address to push images to, without a tag. */
  readonly imageRepository: string;
  /** Logs docker in to the registry. */
  readonly registryLoginCommand: string;
  /** Starts a training run. */
  readonly trainCommand: string;
  /** Base address of the inference endpoint; `/predict`, `/health` and `/ready` are below it. */
  readonly endpointUrl: string;
  /** Prints the bearer key. Empty when the endpoint has none. */
  readonly apiKeyCommand: string;
  /** Sends `image.jpg` to the endpoint. */
  readonly predictCommand: string;
  /** Follows the log of training. */
  readonly logsCommand: string;
  /** Page of the dashboard in the cloud's console. */
  readonly dashboardUrl: string;
}
