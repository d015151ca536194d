"""Later layers win, what does not fit is named with its place, and secrets stay out of files that others can read."""

from pathlib import Path

import pytest

from configs._layers import HERE, layers
from configs.schema import Config, ConfigError, load, shown

KEY = "a-signing-key-of-at-least-32-characters"


def settings(**environ: str) -> Config:
    return load("default", [], environ)


def refusal(overrides: list[str] | None = None, environment: str = "default", **environ: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load(environment, overrides or [], environ)
    return str(refused.value)


def file(folder: Path, content: str, mode: int = 0o600) -> str:
    path = folder / "file"
    path.write_text(content)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize("environment", sorted(path.stem for path in HERE.glob("*.yaml")))
def test_every_environment_fits_the_schema(environment: str) -> None:
    assert load(environment, [], {}).api.host == "127.0.0.1"


def test_every_setting_has_its_value_and_explanation_in_the_default_file() -> None:
    config = settings()
    said = {setting.key for setting in layers("default", [], {})}
    known = {
        f"{section}.{name}" if hasattr(value, "__dataclass_fields__") else section
        for section, value in vars(config).items()
        for name in getattr(value, "__dataclass_fields__", [section])
    }
    assert said == known


def test_each_layer_wins_over_the_one_before(tmp_path: Path) -> None:
    extra = {"PALIMPSEST_CONFIG": file(tmp_path, "api: {port: 3, shutdown_seconds: 3, gzip_minimum_bytes: 3}\n")}
    environ = {"PALIMPSEST__API__PORT": "4", "PALIMPSEST__API__SHUTDOWN_SECONDS": "4"}
    api = load("production", ["api.port=5"], extra | environ).api
    assert (api.port, api.shutdown_seconds, api.gzip_minimum_bytes, api.registration_open) == (5, 4, 3, False)


def test_words_become_what_the_setting_wants() -> None:
    config = settings(
        PALIMPSEST__API__CORS_ORIGINS="https://a.example, https://b.example",
        PALIMPSEST__API__REGISTRATION_OPEN="false",
        PALIMPSEST__DATA_FOLDER="0123",
        PALIMPSEST__POSTGRES__URL="null",
    )
    assert config.api.cors_origins == ["https://a.example", "https://b.example"]
    assert config.api.registration_open is False
    assert config.data_folder == "0123"
    assert config.postgres.url is None


def test_a_setting_cannot_be_changed_later() -> None:
    with pytest.raises(AttributeError):
        settings().api.port = 1  # type: ignore[misc]


def test_an_unknown_key_is_named_with_its_place(tmp_path: Path) -> None:
    path = file(tmp_path, "api:\n  prot: 1\n")
    assert refusal(PALIMPSEST_CONFIG=path).startswith(
        f"{path}, api.prot: there is no such setting, did you mean api.port?"
    )
    assert refusal(PALIMPSEST__API__PROT="1").startswith("Environment variable PALIMPSEST__API__PROT: there is no such")
    assert refusal(["apy.port=1"]).startswith("Command line, apy.port: there is no such setting")
    assert refusal(["api=1"]).startswith("Command line, api: there is no such setting")


def test_a_wrong_type_is_named_with_its_place(tmp_path: Path) -> None:
    path = file(tmp_path, "api:\n  port: many\n")
    assert refusal(PALIMPSEST_CONFIG=path).startswith(f"{path}, api.port: Value 'many'")
    assert refusal(PALIMPSEST__API__PORT="many").startswith("Environment variable PALIMPSEST__API__PORT: Value 'many'")
    assert refusal(["api.port=many"]).startswith("Command line, api.port: Value 'many'")
    assert "expected one of" in refusal(["log.format=xml"])


@pytest.mark.parametrize(
    "setting",
    [
        *("api.port=65536", "api.port=-1", "postgres.pool_size=0", "auth.argon2_memory_kib=0"),
        *("auth.refresh_token_days=99999999999", "documents.timeout_seconds=0", "read_models.rebuild_share=nan"),
    ],
)
def test_a_number_out_of_range_is_refused(setting: str) -> None:
    assert refusal([setting]).startswith(f"Command line, {setting.partition('=')[0]}: ")
    assert "out of range" in refusal([setting])


def test_what_may_be_none_at_all_may_be_zero() -> None:
    assert load("default", ["api.port=0", "documents.workers=0", "log.kept_files=0"], {}).documents.workers == 0


def test_a_value_may_point_to_another_one_or_to_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_HOST", "0.0.0.0")
    path = file(tmp_path, "api: {host: '${oc.env:OUR_HOST}', bulk_body_limit_mb: '${api.body_limit_mb}'}\n")
    api = load("default", ["api.body_limit_mb=9"], {"PALIMPSEST_CONFIG": path}).api
    assert (api.host, api.bulk_body_limit_mb) == ("0.0.0.0", 9)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("${api.prot}", "'api.prot' not found"),
        ("${oc.env:NOT_SET_BY_ANYBODY}", "'NOT_SET_BY_ANYBODY' not found"),
        ("${log.level}", "could not be converted to Integer"),
        ("${api.gzip_minimum_bytes}", "70000 is out of range"),
        ("${", "api.port"),
    ],
)
def test_a_value_that_points_nowhere_is_named_with_its_place(tmp_path: Path, value: str, why: str) -> None:
    path = file(tmp_path, f"api: {{port: '{value}', gzip_minimum_bytes: 70000}}\n")
    said = refusal(PALIMPSEST_CONFIG=path)
    assert said.startswith(path)
    assert why in said
    assert "\n" not in said


@pytest.mark.parametrize("url", ["mysql://ada@db/x", "postgresql://[::1/x", "postgresql://ada:love℀lace@db/x"])
def test_what_is_no_address_of_a_database_is_not_repeated(url: str) -> None:
    said = refusal(PALIMPSEST__POSTGRES__URL=url)
    assert said.startswith("Environment variable PALIMPSEST__POSTGRES__URL: ")
    assert "address of a database" in said
    assert url not in said
    assert "lace" not in said


def test_a_file_that_is_not_there_or_no_yaml_is_named(tmp_path: Path) -> None:
    assert refusal(PALIMPSEST_CONFIG=str(tmp_path / "none")).endswith("none cannot be read: No such file or directory.")
    assert "is not valid YAML" in refusal(PALIMPSEST_CONFIG=file(tmp_path, "a: [\n"))
    assert "keys and values" in refusal(PALIMPSEST_CONFIG=file(tmp_path, "- a\n"))


def test_an_unknown_environment_is_told_which_there_are() -> None:
    assert refusal(environment="staging").endswith("there are default, production, test.")


def test_a_secret_in_yaml_or_on_the_command_line_is_refused(tmp_path: Path) -> None:
    url = "postgresql://ada:lovelace@db/palimpsest"
    query = "postgresql://ada@db/palimpsest?password=lovelace"
    in_yaml = refusal(PALIMPSEST_CONFIG=file(tmp_path, f"auth:\n  signing_key: {KEY}\n"))
    assert "does not belong there" in in_yaml
    assert "PALIMPSEST__AUTH__SIGNING_KEY" in in_yaml
    for override in (f"auth.signing_key={KEY}", f"postgres.url={url}", f"postgres.url={query}"):
        assert "does not belong there" in refusal([override])


@pytest.mark.parametrize("section", ["elasticsearch", "weaviate", "embedder"])
def test_the_key_of_an_engine_is_a_secret_too(tmp_path: Path, section: str) -> None:
    assert "does not belong there" in refusal([f"{section}.api_key=secret"])
    assert "does not belong there" in refusal(PALIMPSEST_CONFIG=file(tmp_path, f"{section}:\n  api_key: secret\n"))
    config = settings(**{f"PALIMPSEST__{section.upper()}__API_KEY_FILE": file(tmp_path, "secret\n")})
    assert getattr(config, section).api_key == "secret"
    assert "secret" not in repr(config) + shown(config)
    assert "both set" in refusal([f"{section}.api_key_file=x"], **{f"PALIMPSEST__{section.upper()}__API_KEY": "secret"})


@pytest.mark.parametrize("key", ["elasticsearch.url", "weaviate.url", "weaviate.grpc_url", "embedder.url"])
@pytest.mark.parametrize(
    "url", ["localhost:9200", "http://", "http://host:port", "http://host:0", "http://[::1", "ftp://host"]
)
def test_an_address_that_is_none_is_refused(key: str, url: str) -> None:
    assert refusal([f"{key}={url}"]).startswith(f"{key} must be of the form")


@pytest.mark.parametrize("url", ["http://ada:secret@host:9200", "https://host/?api_key=secret"])
def test_an_address_holds_no_secret(url: str) -> None:
    refused = refusal([f"elasticsearch.url={url}"])
    assert "API key has a setting of its own" in refused
    assert "secret" not in refused


def test_the_two_addresses_of_weaviate_differ() -> None:
    url = "http://host:8080"
    assert "two ports" in refusal([f"weaviate.url={url}", f"weaviate.grpc_url={url}"])


@pytest.mark.parametrize(
    "setting", ["elasticsearch.prefix=Palimpsest", "elasticsearch.prefix=a*", "weaviate.prefix=lower"]
)
def test_a_prefix_that_the_engine_would_refuse_is_refused(setting: str) -> None:
    assert "must be of the form" in refusal([setting])


@pytest.mark.parametrize("section", ["elasticsearch", "weaviate"])
def test_no_engine_answers_in_no_time(section: str) -> None:
    assert "out of range" in refusal([f"{section}.timeout_seconds=0"])


def test_a_secret_comes_from_the_environment_or_a_closed_file(tmp_path: Path) -> None:
    path = file(tmp_path, f"{KEY}\n")
    assert settings(PALIMPSEST__AUTH__SIGNING_KEY=KEY).auth.signing_key == KEY
    assert load("default", [f"auth.signing_key_file={path}"], {}).auth.signing_key == KEY


def test_a_password_from_a_file_goes_into_the_url(tmp_path: Path) -> None:
    path = file(tmp_path, "p@ss/${word}\n")
    config = load("default", ["postgres.url=postgresql://ada@db/x", f"postgres.password_file={path}"], {})
    assert config.postgres.url == "postgresql://ada:p%40ss%2F%24%7Bword%7D@db/x"


def test_a_secret_in_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, KEY, mode=0o644)
    assert "set its mode to 0600" in refusal([f"auth.signing_key_file={path}"])


def test_a_short_signing_key_is_refused() -> None:
    assert "too short" in refusal(PALIMPSEST__AUTH__SIGNING_KEY="secret")


@pytest.mark.parametrize("setting", ["embedder.url=https://host/v1", "embedder.model=e5"])
def test_the_address_of_an_embedder_and_its_model_belong_together(setting: str) -> None:
    assert "belong together" in refusal([setting])


@pytest.mark.parametrize(
    ("chosen", "here"),
    [
        ([], True),
        (["embedder.run=false"], False),
        (["embedder.url=https://host/v1", "embedder.model=e5"], False),
    ],
)
def test_an_embedder_runs_here_unless_it_is_elsewhere_or_not_wanted(chosen: list[str], here: bool) -> None:
    assert load("default", chosen, {}).embedder.runs_here is here


def test_what_is_shown_hides_the_secrets() -> None:
    config = settings(
        PALIMPSEST__AUTH__SIGNING_KEY=KEY,
        PALIMPSEST__POSTGRES__URL="postgresql://ada:love${lace@db/x",
    )
    assert config.postgres.url == "postgresql://ada:love${lace@db/x"
    assert "url: postgresql://ada:***@db/x" in shown(config)
    assert "signing_key: '***'" in shown(config)
    for told in (shown(config), repr(config)):
        assert "love$" not in told
        assert KEY not in told
