import pytest

from image_classifier.errors import ConfigError
from image_classifier.settings import Settings, settle_run_id


def refusal(environ: dict[str, str], command: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        Settings.read(environ, command)
    return str(caught.value)


def test_defaults_are_those_of_the_contract():
    settings = Settings.read({})
    assert (settings.cloud, settings.run_id, settings.arch, settings.image_size) == ("local", "local", "resnet18", 224)
    assert (settings.epochs, settings.batch_size, settings.lr, settings.seed) == (3, 64, 0.002, 0)
    assert (settings.max_batch, settings.max_queue, settings.top_k, settings.port) == (16, 256, 5, 8080)
    assert settings.drain_seconds + settings.grace_seconds < 10, "Cloud Run kills 10 s after SIGTERM"


def test_empty_means_unset():
    assert Settings.read({"ML_EPOCHS": "", "ML_DEVICE": ""}).epochs == 3


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ML_EPOCHS", "many", "ML_EPOCHS must be a whole number, got 'many'"),
        ("ML_EPOCHS", "0", "ML_EPOCHS must be a whole number at least 1, got '0'"),
        ("ML_EPOCHS", "2.5", "ML_EPOCHS must be a whole number, got '2.5'"),
        ("ML_LR", "fast", "ML_LR must be a number, got 'fast'"),
        ("ML_LR", "0", "ML_LR must be a number more than 0, got '0'"),
        ("ML_LR", "nan", "ML_LR must be a number, got 'nan'"),
        ("ML_LR", "inf", "ML_LR must be a number, got 'inf'"),
        ("ML_DEVICE", "tpu", "ML_DEVICE must be one of auto, cuda, cpu, got 'tpu'"),
        ("ML_ENGINE", "tensorrt", "ML_ENGINE must be one of auto, onnx, int8, eager, got 'tensorrt'"),
        ("ML_AMP", "fp8", "ML_AMP must be one of auto, bf16, off, got 'fp8'"),
        ("ML_CLOUD", "oracle", "ML_CLOUD must be one of local, aws, gcp, azure, ibm, kubernetes, got 'oracle'"),
        ("ML_SEED_DATASET", "yes", "ML_SEED_DATASET must be 0 or 1, got 'yes'"),
        (
            "ML_LOG_PREDICTIONS",
            "1.5",
            "ML_LOG_PREDICTIONS must be a number of fraction at least 0 and at most 1, got '1.5'",
        ),
        ("ML_IMAGE_SIZE", "4", "ML_IMAGE_SIZE must be a whole number of pixels at least 8 and at most 4096, got '4'"),
        ("ML_MAX_QUEUE", "-1", "ML_MAX_QUEUE must be a whole number of images at least 1, got '-1'"),
        ("PORT", "tcp://10.0.0.1:80", "PORT must be a whole number, got 'tcp://10.0.0.1:80'"),
        ("PORT", "65536", "PORT must be a whole number at least 1 and at most 65535, got '65536'"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(name, value, message):
    assert refusal({name: value}) == message


@pytest.mark.parametrize(("name", "low", "high"), [("ML_IMAGE_SIZE", 8, 4096), ("ML_METRICS_PORT", 0, 65535)])
def test_both_ends_of_a_range_are_allowed(name, low, high):
    for value in (low, high):
        Settings.read({name: str(value)})


def test_a_misspelt_variable_is_refused_with_the_nearest_one():
    assert refusal({"ML_EPOCH": "3"}) == "ML_EPOCH is not a variable of this container; did you mean ML_EPOCHS?"
    assert refusal({"ML_XYZZY": "3"}).endswith("`python -m image_classifier --help` lists them")


def test_what_kubernetes_injects_for_a_service_called_ml_is_no_mistake():
    injected = (
        "ML_API_SERVICE_HOST",
        "ML_API_SERVICE_PORT",
        "ML_API_PORT",
        "ML_API_PORT_8080_TCP_ADDR",
        "ML_PORT",
        "ML_SERVICE_HOST",
        "ML_FLOWERS_SERVE_PORT_8080_TCP",
        "ML_API_SERVICE_PORT_HTTP",
    )
    Settings.read(dict.fromkeys(injected, "tcp://10.0.0.1:80"))


@pytest.mark.parametrize(
    ("command", "name"),
    [("train", "ML_DATASET_URI"), ("serve", "ML_MODEL_URI"), ("seed", "ML_DATASET_URI"), ("export", "ML_MODEL_URI")],
)
def test_a_command_names_the_variable_that_it_lacks(command, name):
    assert refusal({}, command).startswith(f"{name} is not set; `{command}` needs it: ")


@pytest.mark.parametrize("run_id", ["..", ".hidden", "a/b", "a b", "", "x" * 129, "current.json", "-x", "ü"])
def test_a_run_id_that_is_no_folder_name_is_refused(run_id):
    environ = {"ML_RUN_ID": run_id}
    if run_id == "":
        settle_run_id(environ)
        assert environ["ML_RUN_ID"] == "local"
    else:
        with pytest.raises(ConfigError, match="ML_RUN_ID must be 1 to 128 letters"):
            settle_run_id(environ)


def test_the_date_is_filled_in_once():
    environ = {"ML_RUN_ID": "weekly-{date}"}
    settle_run_id(environ)
    assert environ["ML_RUN_ID"].startswith("weekly-20")
    assert environ["ML_RUN_ID"][7:].isdigit()
    assert len(environ["ML_RUN_ID"]) == 15


def test_on_aws_batch_every_attempt_has_the_id_of_the_job():
    environ = {"AWS_BATCH_JOB_ID": "1234-abcd#1"}
    settle_run_id(environ)
    assert environ["ML_RUN_ID"] == "1234-abcd"
    environ = {"AWS_BATCH_JOB_ID": "1234-abcd", "ML_RUN_ID": "mine"}
    settle_run_id(environ)
    assert environ["ML_RUN_ID"] == "mine"
