"""Who may do what: folders, documents, and their processing."""

from tests.api._row import name, new, row, the

UPLOAD = {"uploaded_files": ("rain.txt", b"It rained all day.")}

DOCUMENTS = [
    #    anonymous revoked stranger reader annotator editor owner
    row(
        "401 401 404 403 403 201 201",
        "POST|PUT /folder/",
        {"project_id": the("project"), "name": name, "parent_id": the("folder")},
    ),
    row(
        "401 401 404 403 403 200 200",
        "POST /folder/move_folders",
        [new("folder")],
        params={"target_folder_id": the("folder")},
        of="into another",
    ),
    row(
        "401 401 404 403 403 200 200",
        "POST /folder/move_folders",
        [new("folder")],
        params={"target_folder_id": -1},
        of="to the root",
    ),
    row("401 401 404 200 200 200 200", "GET /folder/sdocids/{folder_id}", folder_id=the("folder")),
    row(
        "401 401 404 200 200 200 200",
        "GET /folder/project/{project_id}/folder/{folder_type}",
        project_id=the("project"),
        folder_type="normal",
    ),
    row("401 401 404 200 200 200 200", "GET /folder/{folder_id}", folder_id=the("folder")),
    row(
        "401 401 404 403 403 200 200",
        "PUT /folder/{folder_id}",
        {"name": name, "parent_id": the("folder")},
        folder_id=new("folder"),
    ),
    row("401 401 404 403 403 200 200", "DELETE /folder/{folder_id}", folder_id=new("folder")),
    row(
        "401 401 404 403 403 201 201",
        "POST /docprocessing/project/{proj_id}/upload",
        files=UPLOAD,
        params={"rename": True, "folder_id": the("folder")},
        proj_id=the("project"),
    ),
    row(
        "401 401 404 403 403 200 200",
        "PUT /docprocessing/project/{proj_id}",
        files=UPLOAD,
        params={"rename": True},
        proj_id=the("project"),
    ),
    row(
        "401 401 404 200 200 200 200",
        "GET /docprocessing/project/{proj_id}/status/{status}/simple",
        proj_id=the("project"),
        status="done",
    ),
    row(
        "401 401 404 403 403 200 200",
        "POST /docprocessing/project/{proj_id}/retry",
        [the("sdoc")],
        params={"doctype": "text"},
        proj_id=the("project"),
    ),
    row(
        "401 401 404 403 403 200 200",
        "POST /docprocessing/project/{proj_id}/recompute",
        {"sdoc_ids": [new("sdoc")]},
        params={"processing_step": "text_extraction"},
        proj_id=the("project"),
    ),
    row("401 401 404 200 200 200 200", "GET /sdoc/project/{proj_id}", proj_id=the("project")),
    row("401 401 404 200 200 200 200", "GET /sdoc/data/{sdoc_id}", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /sdoc/{sdoc_id}", sdoc_id=the("sdoc")),
    row(
        "401 401 404 403 403 200 200",
        "PATCH /sdoc/{sdoc_id}",
        {"name": name, "folder_id": the("folder")},
        sdoc_id=new("sdoc"),
    ),
    row("401 401 404 403 403 200 200", "DELETE /sdoc/{sdoc_id}", sdoc_id=new("sdoc")),
    row("401 401 404 200 200 200 200", "GET /sdoc/{sdoc_id}/same_folder", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /sdoc/{sdoc_id}/annotators", sdoc_id=the("sdoc")),
    row("401 401 404 200 200 200 200", "GET /sdoc/{sdoc_id}/url", sdoc_id=the("sdoc")),
    row(
        "401 401 404 200 200 200 200",
        "GET /project/{proj_id}/resolve_filename/{filename}",
        proj_id=the("project"),
        filename="here.txt",
    ),
    row(
        "401 401 404 200 200 200 200",
        "GET /project/{project_id}/sdoc/status/{status}",
        project_id=the("project"),
        status="done",
    ),
    row(
        "401 401 404 200 200 200 200",
        "GET /project{project_id}/sdoc/status/{status}",
        project_id=the("project"),
        status="done",
    ),
]
