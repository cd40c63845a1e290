@echo off
call "%~dp0..\run.bat" check-services %*
exit /b %errorlevel%
