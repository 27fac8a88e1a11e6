"""A moto server that the Terraform AWS provider 5.100 can apply, re-plan, change and destroy a whole environment against.

    python moto_server.py --port 5000        # loopback only; stop it with SIGTERM, or close its standard input with --follow-stdin

Written for moto 5.2.1. Plain moto lacks a few calls that the provider makes, or drops a field that the provider reads back and
then plans to change again for ever. Each patch below adds one such call or field, and its comment says which resource needs it.
Nothing here imitates behaviour that a test should prove: no instance boots, no policy is evaluated, no quota is checked.
`POST /moto-api/reset` clears the state of these patches too. State is per name, not per account or region: one region per server.
`GET /moto-api/held` lists what is held beyond what every new account has: after a destroy it says what was left.
"""
import argparse
import json
import os
import sys
import threading
import uuid
from collections import defaultdict
from urllib.parse import unquote

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")  # else every attachment of an AWS-managed policy is a 404

import moto  # noqa: E402
from moto.core.base_backend import AccountSpecificBackend, BackendDict, BaseBackend, backend_lock  # noqa: E402
from moto.core.responses import ActionResult, EmptyResult  # noqa: E402

MADE_FOR = "5.2.1"
_STATES = []


def _state(kind=dict):
    """A dict that /moto-api/reset empties."""
    made = kind()
    _STATES.append(made)
    return made


def _patch_reset():
    from moto.moto_api._internal.models import MotoAPIBackend

    original = MotoAPIBackend.reset

    def reset(self):
        original(self)
        for state in _STATES:
            state.clear()

    MotoAPIBackend.reset = reset


def patch_application_autoscaling():
    """aws_appautoscaling_target: the provider reads tags back (ListTagsForResource is missing in moto)."""
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as R

    tags = _state(lambda: defaultdict(dict))
    register = R.register_scalable_target

    def register_scalable_target(self):
        answer = register(self)
        found = self.applicationautoscaling_backend.describe_scalable_targets(
            self._get_param("ServiceNamespace"), [self._get_param("ResourceId")], self._get_param("ScalableDimension"))
        if found:
            tags[found[0].arn].update(self._get_param("Tags") or {})
        return answer

    def tag_resource(self):
        tags[self._get_param("ResourceARN")].update(self._get_param("Tags") or {})
        return "{}"

    def untag_resource(self):
        for key in self._get_param("TagKeys") or []:
            tags[self._get_param("ResourceARN")].pop(key, None)
        return "{}"

    R.register_scalable_target = register_scalable_target
    R.tag_resource = tag_resource
    R.untag_resource = untag_resource
    R.list_tags_for_resource = lambda self: json.dumps({"Tags": tags[self._get_param("ResourceARN")]})


def patch_budgets():
    """aws_budgets_budget: subscribers, tags and UpdateBudget are missing in moto."""
    from moto.budgets.models import Budget
    from moto.budgets.responses import BudgetsResponse as R

    tags = _state(lambda: defaultdict(dict))

    def key(notification):
        return notification["NotificationType"], notification["ComparisonOperator"], float(notification["Threshold"])

    def stored(self, name):
        return self.backend.budgets[self._get_param("AccountId")][name]

    def put_tags(self, arn):
        for tag in self._get_param("ResourceTags") or []:
            tags[arn][tag["Key"]] = tag["Value"]

    create = R.create_budget

    def create_budget(self):
        answer = create(self)
        put_tags(self, f"arn:aws:budgets::{self._get_param('AccountId')}:budget/{self._get_param('Budget')['BudgetName']}")
        return answer

    def update_budget(self):
        wanted = self._get_param("NewBudget")
        changed = Budget(wanted, [])
        changed.notifications = stored(self, wanted["BudgetName"]).notifications
        self.backend.budgets[self._get_param("AccountId")][wanted["BudgetName"]] = changed
        return "{}"

    def describe_subscribers_for_notification(self):
        wanted = key(self._get_param("Notification"))
        budget = stored(self, self._get_param("BudgetName"))
        return json.dumps({"Subscribers": [s for n in budget.notifications if key(n.details) == wanted for s in n.subscribers]})

    def tag_resource(self):
        put_tags(self, self._get_param("ResourceARN"))
        return "{}"

    R.create_budget = create_budget
    R.update_budget = update_budget
    R.describe_subscribers_for_notification = describe_subscribers_for_notification
    R.tag_resource = tag_resource
    R.list_tags_for_resource = lambda self: json.dumps(
        {"ResourceTags": [{"Key": k, "Value": v} for k, v in tags[self._get_param("ResourceARN")].items()]})


def patch_step_functions():
    """aws_sfn_state_machine: the provider validates the definition before it creates, and lists versions. Dangling transitions fail."""
    from moto.stepfunctions.responses import StepFunctionResponse as R

    def check(machine, where, found):
        states = machine.get("States", {})
        if machine.get("StartAt") not in states:
            found.append((where, f"StartAt {machine.get('StartAt')}"))
        for name, state in states.items():
            targets = [state.get("Next"), state.get("Default")]
            targets += [x.get("Next") for x in state.get("Choices", []) + state.get("Catch", [])]
            found.extend((f"{where}/{name}", f"Next {t}") for t in targets if t and t not in states)
            for inner in state.get("Branches", []) + [state[k] for k in ("ItemProcessor", "Iterator") if k in state]:
                check(inner, f"{where}/{name}", found)

    def validate_state_machine_definition(self):
        found = []
        try:
            check(json.loads(self._get_param("definition")), "", found)
        except ValueError as error:
            found.append(("", str(error)))
        return json.dumps({"result": "FAIL" if found else "OK", "truncated": False, "diagnostics": [
            {"severity": "ERROR", "code": "MISSING_TRANSITION_TARGET", "message": message, "location": where} for where, message in found]})

    R.validate_state_machine_definition = validate_state_machine_definition
    R.list_state_machine_versions = lambda self: json.dumps({"stateMachineVersions": []})


def patch_logs():
    """aws_cloudwatch_query_definition: Put/Describe/DeleteQueryDefinition are missing in moto."""
    from moto.logs.responses import LogsResponse as R

    queries = _state()

    def put_query_definition(self):
        made = self._get_param("queryDefinitionId") or str(uuid.uuid4())
        queries[made] = {"queryDefinitionId": made, "name": self._get_param("name"), "queryString": self._get_param("queryString"),
                         "logGroupNames": self._get_param("logGroupNames") or []}
        return json.dumps({"queryDefinitionId": made})

    R.put_query_definition = put_query_definition
    R.describe_query_definitions = lambda self: json.dumps({"queryDefinitions": [
        q for q in queries.values() if q["name"].startswith(self._get_param("queryDefinitionNamePrefix") or "")]})
    R.delete_query_definition = lambda self: json.dumps({"success": queries.pop(self._get_param("queryDefinitionId"), None) is not None})


def patch_ec2():
    """aws_placement_group (missing), aws_launch_template (its own tags leak into the data), security group rules (description dropped)."""
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.launch_templates import LaunchTemplateBackend
    from moto.ec2.models.security_groups import SecurityGroupRule
    from moto.ec2.responses import EC2Response as R

    groups = _state()

    def create_placement_group(self):
        name = self._get_param("GroupName")
        tags = self._parse_tag_specification("placement-group").get("placement-group", {})
        groups[name] = {
            "GroupName": name, "GroupId": "pg-" + uuid.uuid4().hex[:17], "State": "available", "Strategy": self._get_param("Strategy"),
            "PartitionCount": self._get_int_param("PartitionCount"), "SpreadLevel": self._get_param("SpreadLevel"),
            "GroupArn": f"arn:aws:ec2:{self.region}:{self.current_account}:placement-group/{name}",
            "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}
        return ActionResult({"PlacementGroup": groups[name]})

    def describe_placement_groups(self):
        names, ids = self._get_param("GroupNames", []), self._get_param("GroupIds", [])
        hits = [g for g in groups.values() if (not names or g["GroupName"] in names) and (not ids or g["GroupId"] in ids)]
        if (names or ids) and not hits:
            raise EC2ClientError("InvalidPlacementGroup.Unknown", "The Placement Group is unknown.")
        return ActionResult({"PlacementGroups": hits})

    def delete_placement_group(self):
        groups.pop(self._get_param("GroupName"), None)
        return EmptyResult()

    R.create_placement_group = create_placement_group
    R.describe_placement_groups = describe_placement_groups
    R.delete_placement_group = delete_placement_group

    create = LaunchTemplateBackend.create_launch_template

    def create_launch_template(self, name, description, data, tag_spec):
        data["TagSpecifications"] = [t for t in data.get("TagSpecifications", []) if t.get("ResourceType") != "launch-template"]
        return create(self, name, description, data, tag_spec)

    LaunchTemplateBackend.create_launch_template = create_launch_template
    init = SecurityGroupRule.__init__

    def init_rule(self, *args, **kwargs):
        init(self, *args, **kwargs)
        prefix_list = kwargs.get("prefix_list_id") or (args[7] if len(args) > 7 else None)
        self.prefix_list_description = (prefix_list or {}).get("Description")

    SecurityGroupRule.__init__ = init_rule
    SecurityGroupRule.description = property(
        lambda self: self.ip_range.get("Description") or self.source_group.get("Description") or self.prefix_list_description)


def patch_autoscaling():
    """aws_autoscaling_group: MaxInstanceLifetime is dropped, instance refresh is missing."""
    from moto.autoscaling.responses import AutoScalingResponse as R

    def wrap(original):
        def call(self):
            answer = original(self)
            lifetime = self._get_int_param("MaxInstanceLifetime")
            if lifetime is not None:
                self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")].max_instance_lifetime = lifetime
            return answer
        return call

    for name in ("create_auto_scaling_group", "update_auto_scaling_group"):
        setattr(R, name, wrap(getattr(R, name)))
    R.start_instance_refresh = lambda self: ActionResult({"InstanceRefreshId": str(uuid.uuid4())})
    R.describe_instance_refreshes = lambda self: ActionResult({"InstanceRefreshes": []})


def patch_ecs():
    """aws_ecs_service: moto drops these arguments, and the provider would replace the service in every plan."""
    from moto.ecs.responses import EC2ContainerServiceResponse as R

    kept = {
        "capacityProviderStrategy": "capacity_provider_strategy", "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
        "placementStrategy": "placement_strategy", "placementConstraints": "placement_constraints",
        "deploymentConfiguration": "deployment_configuration", "enableECSManagedTags": "enable_ecs_managed_tags",
        "enableExecuteCommand": "enable_execute_command", "availabilityZoneRebalancing": "availability_zone_rebalancing"}

    def keep(self, answer):
        result = answer._result
        service = result["service"] if isinstance(result, dict) else result.service
        for argument, attribute in kept.items():
            value = self._get_param(argument)
            if value is not None:
                setattr(service, attribute, value)
        if self._get_param("capacityProviderStrategy"):
            service.launch_type = None
        return answer

    create, update = R.create_service, R.update_service
    R.create_service = lambda self: keep(self, create(self))
    R.update_service = lambda self: keep(self, update(self))


def patch_batch():
    """aws_batch_compute_environment, aws_batch_job_queue, aws_batch_job_definition: see each line."""
    from moto.batch.models import BatchBackend, JobDefinition
    from moto.batch.responses import BatchResponse as R

    policies, limits = _state(), _state()

    def remember(original, arn_key, argument, store):
        def call(self):
            answer = original(self)
            if self._get_param(argument):
                store[json.loads(answer)[arn_key]] = self._get_param(argument)
            return answer
        return call

    def recall(original, list_key, arn_key, argument, store):
        def call(self):
            found = json.loads(original(self))
            for item in found[list_key]:
                if item[arn_key] in store:
                    item[argument] = store[item[arn_key]]
            return json.dumps(found)
        return call

    # updatePolicy is dropped
    for name in ("createcomputeenvironment", "updatecomputeenvironment"):
        setattr(R, name, remember(getattr(R, name), "computeEnvironmentArn", "updatePolicy", policies))
    R.describecomputeenvironments = recall(R.describecomputeenvironments, "computeEnvironments", "computeEnvironmentArn", "updatePolicy", policies)
    # jobStateTimeLimitActions is dropped
    for name in ("createjobqueue", "updatejobqueue"):
        setattr(R, name, remember(getattr(R, name), "jobQueueArn", "jobStateTimeLimitActions", limits))
    R.describejobqueues = recall(R.describejobqueues, "jobQueues", "jobQueueArn", "jobStateTimeLimitActions", limits)

    # nodeProperties of a multi-node definition is not returned
    describe = JobDefinition.describe

    def describe_definition(self):
        shown = describe(self)
        if self.node_properties is not None:
            shown["nodeProperties"] = self.node_properties
        return shown

    JobDefinition.describe = describe_definition

    # Without serviceRole AWS uses the service-linked role; moto refuses
    create = BatchBackend.create_compute_environment

    def create_compute_environment(self, *args, **kwargs):
        if not kwargs.get("service_role"):
            linked = [r for r in self.iam_backend.roles.values() if "aws-service-role/batch." in r.arn]
            kwargs["service_role"] = (linked[0] if linked else self.iam_backend.create_service_linked_role("batch.amazonaws.com", "", "")).arn
        return create(self, *args, **kwargs)

    BatchBackend.create_compute_environment = create_compute_environment

    # UpdateComputeEnvironment ignores computeResources
    update = BatchBackend.update_compute_environment

    def update_compute_environment(self, compute_environment_name, state, compute_resources, service_role):
        answer = update(self, compute_environment_name, state, None, service_role)
        if compute_resources:
            self.get_compute_environment_by_arn(answer[1]).compute_resources.update(compute_resources)
        return answer

    BatchBackend.update_compute_environment = update_compute_environment


def patch_lambda():
    """aws_lambda_function: an absent ImageConfig comes back as an empty one, KMSKeyArn and LoggingConfig are dropped."""
    from moto.awslambda.models import LambdaFunction
    from moto.awslambda.responses import LambdaResponse as R

    kept = _state(lambda: defaultdict(dict))
    fields = ("KMSKeyArn", "LoggingConfig")

    def remember(self, name):
        kept[name].update({f: self.json_body[f] for f in fields if f in self.json_body})

    create, update, shown = R.create_function, R.update_function_configuration, LambdaFunction.get_configuration

    def create_function(self):
        remember(self, self.json_body["FunctionName"])
        return create(self)

    def update_function_configuration(self):
        remember(self, self.path.split("/")[-2])
        return update(self)

    def get_configuration(self, on_create=False):
        found = shown(self, on_create)
        if not any((found.get("ImageConfigResponse") or {}).get("ImageConfig", {}).values()):
            found.pop("ImageConfigResponse", None)
        found.update({k: v for k, v in kept[self.function_name].items() if v})
        return found

    R.create_function = create_function
    R.update_function_configuration = update_function_configuration
    LambdaFunction.get_configuration = get_configuration


def patch_apigateway():
    """aws_apigatewayv2_stage: UpdateStage is missing in moto."""
    from moto.apigatewayv2.responses import ApiGatewayV2Response as R

    def update_stage(self):
        stage = self.apigatewayv2_backend.get_stage(self.path.split("/")[-3], unquote(self.path.split("/")[-1]))
        wanted = json.loads(self.body)
        for member, attribute in {"accessLogSettings": "access_log_settings", "autoDeploy": "auto_deploy",
                                  "defaultRouteSettings": "default_route_settings", "description": "description"}.items():
            if member in wanted:
                setattr(stage, attribute, wanted[member])
        return 200, {}, json.dumps(stage.to_json())

    R.update_stage = update_stage


def patch_s3():
    """Objects in buckets with a conditional Deny: moto ignores the condition and answers every read and write with 403.

    Statements with a Condition are left out of moto's check; unconditional ones still count.
    """
    from moto.s3.models import FakeBucket

    original = FakeBucket.get_permission

    def get_permission(self, action, resource):
        kept = self.policy
        if kept is not None:
            parsed = json.loads(kept)
            parsed["Statement"] = [s for s in parsed["Statement"] if not s.get("Condition")]
            self.policy = json.dumps(parsed).encode() if parsed["Statement"] else None
        try:
            return original(self, action, resource)
        finally:
            self.policy = kept

    FakeBucket.get_permission = get_permission


def _contents(value, path, found, seen):
    """Adds a path for every object that a moto backend holds in dicts, in lists and in other objects, `vpcs/vpc-1`."""
    if isinstance(value, dict):
        for key, inner in list(value.items()):
            _contents(inner, f"{path}/{key}", found, seen)
    elif isinstance(value, (list, tuple, set)):
        for index, inner in enumerate(list(value)):
            _contents(inner, f"{path}/{getattr(inner, 'name', None) or getattr(inner, 'id', None) or index}", found, seen)
    elif type(value).__module__.startswith("moto.") and hasattr(value, "__dict__") and not isinstance(value, BaseBackend):
        if id(value) in seen:
            return
        seen.add(id(value))
        # Deleted and still listed, as in AWS: gateways for a while, revisions of a job definition for months, a key or a secret
        # until its window ends
        states = [str(getattr(value, name, "")).lower() for name in ("state", "status")]
        closing = [getattr(value, name, None) for name in ("deletion_date", "deleted_date")]
        if "deleted" in states or "inactive" in states or any(closing):
            return
        arn = getattr(value, "arn", None)
        found.add(f"{path} {arn}" if isinstance(arn, str) and arn not in path else path)
        for name, inner in list(vars(value).items()):
            if isinstance(inner, dict):
                _contents(inner, f"{path}/{name}", found, seen)


def _held_by(backend):
    found, seen = set(), set()
    for name, value in list(vars(backend).items()):
        if name != "_at_first":
            _contents(value, name.lstrip("_"), found, seen)
    return found


def patch_held():
    """What moto makes by itself (default VPC, images, managed policies) is noted when a service is first used, and left out."""
    from moto.moto_api._internal.urls import url_paths

    original = AccountSpecificBackend.__getitem__

    def __getitem__(self, region):
        # The lock that moto makes backends under: two first requests at once must not both take the note
        with backend_lock:
            backend = original(self, region)
            if not hasattr(backend, "_at_first"):
                backend._at_first = _held_by(backend)
        return backend

    def held(_request, _url, _headers):
        found = [f"{service.service_name}/{path}" for service in BackendDict._instances for _, _, backend in service.iter_backends()
                 for path in _held_by(backend) - backend._at_first]
        return 200, {"Content-Type": "application/json"}, json.dumps(sorted(found))

    AccountSpecificBackend.__getitem__ = __getitem__
    url_paths["{0}/moto-api/held"] = held


PATCHES = (patch_application_autoscaling, patch_budgets, patch_step_functions, patch_logs, patch_ec2, patch_autoscaling, patch_ecs,
           patch_batch, patch_lambda, patch_apigateway, patch_s3, patch_held)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--plain", action="store_true", help="no patches: to see what a newer moto still lacks")
    parser.add_argument("--follow-stdin", action="store_true", help="stop when standard input closes, so that no server outlives its test")
    options = parser.parse_args()
    if moto.__version__ != MADE_FOR:
        print(f"moto {moto.__version__} found, these patches are for {MADE_FOR}: check them with --plain", flush=True)
    if not options.plain:
        _patch_reset()
        for patch in PATCHES:
            patch()
    if options.follow_stdin:
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    from moto.server import main as serve

    serve(["--host", "127.0.0.1", "--port", str(options.port)])


if __name__ == "__main__":
    main()
